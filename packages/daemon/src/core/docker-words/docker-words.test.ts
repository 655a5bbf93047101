import { describe, expect, test } from 'vitest';
import { renderContainerStatus } from './container-status.ts';
import { type ShownContainer, renderContainerLine } from './container-line.ts';
import { parseName, renderFamiliarName } from './familiar-name.ts';
import { renderHumanDuration } from './human-duration.ts';
import { renderBinarySize, renderSize } from './human-size.ts';
import { renderImageLines } from './image-line.ts';
import { renderNodeLine } from './node-line.ts';
import { renderPorts, type ShownPort } from './port-list.ts';
import { quote } from './quote.ts';
import { shorten } from './shorten.ts';
import { renderStatsLine } from './stats-line.ts';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

test.each([
  [0, 'Less than a second'],
  [-5 * second, 'Less than a second'],
  [second, '1 second'],
  [59_999, '59 seconds'],
  [minute, 'About a minute'],
  [2 * minute, '2 minutes'],
  [59.9 * minute, '59 minutes'],
  [hour, 'About an hour'],
  [1.49 * hour, 'About an hour'],
  [1.5 * hour, '2 hours'],
  [47 * hour, '47 hours'],
  [2 * day, '2 days'],
  [13 * day, '13 days'],
  [14 * day, '2 weeks'],
  [59 * day, '8 weeks'],
  [60 * day, '2 months'],
  [729 * day, '24 months'],
  [730 * day, '2 years'],
])('a time of %d ms is told as %s', (ms, told) => {
  expect(renderHumanDuration(ms)).toBe(told);
});

test.each([
  [0, '0B', '0B'],
  [999, '999B', '999B'],
  [1000, '1kB', '1000B'],
  [1024, '1.02kB', '1KiB'],
  [1125, '1.12kB', '1.099KiB'],
  [1135, '1.14kB', '1.108KiB'],
  [9_996, '10kB', '9.762KiB'],
  [999_600, '1e+03kB', '976.2KiB'],
  [1_114_112, '1.11MB', '1.062MiB'],
  [1_048_575, '1.05MB', '1024KiB'],
  [1_983_000, '1.98MB', '1.891MiB'],
  [25_276_203_008, '25.3GB', '23.54GiB'],
])('%d bytes are told as %s or %s', (bytes, decimal, binary) => {
  expect([renderSize(bytes), renderBinarySize(bytes)]).toEqual([decimal, binary]);
});

test.each([
  ['/bin/sh', '"/bin/sh"'],
  ['say "a\\b"\n\t\u0001\u007F', String.raw`"say \"a\\b\"\n\t\x01\x7f"`],
  ['ü 日本 🚀', '"ü 日本 🚀"'],
  ['a\u00A0b\u200Bc\uD800\u{E0001}', String.raw`"a\u00a0b\u200bc\ufffd\U000e0001"`],
])('%j is quoted as Go does', (text, quoted) => {
  expect(quote(text)).toBe(quoted);
});

test.each([
  ['exactly twenty chars', 'exactly twenty chars'],
  ['one more than twenty.', 'one more than twent…'],
  ['/bin/echo äöü äöü äöü', '/bin/echo äöü äöü ä…'],
  ['日本語日本語日本語日本語', '日本語日本語日本語…'],
  ['日本語日本語日本語日', '日本語日本語日本語日'],
  ['🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀', '🚀🚀🚀🚀🚀🚀🚀🚀🚀…'],
  ['', ''],
])('%s takes at most twenty columns', (text, short) => {
  expect(shorten(text, 20)).toBe(short);
});

test.each([
  ['docker.io/library/nginx:1', 'nginx:1'],
  ['docker.io/me/nginx', 'me/nginx'],
  ['127.0.0.1:5000/team/app:2', '127.0.0.1:5000/team/app:2'],
  ['127.0.0.1:5000/team/app', '127.0.0.1:5000/team/app'],
  [`nginx:1@sha256:${'a'.repeat(64)}`, 'nginx:1'],
  [`nginx@sha256:${'a'.repeat(64)}`, 'nginx'],
  [`sha256:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}`],
  ['', ''],
])('the image %s goes by the name %s', (reference, name) => {
  expect(renderFamiliarName(reference)).toBe(name);
});

test('a registry’s port is no tag', () => {
  expect(parseName('host:5000/app')).toEqual({ repository: 'host:5000/app', tag: null, digest: null });
});

function port(containerPort: number, hostPort?: number, more: Partial<ShownPort> = {}): ShownPort {
  const published = hostPort === undefined ? {} : { hostPort, hostAddress: '0.0.0.0' };
  return { containerPort, protocol: 'tcp', ...published, ...more };
}

test.each<[string, ShownPort[]]>([
  ['', []],
  ['80/tcp', [port(80)]],
  ['80-82/tcp, 84/tcp', [port(84), port(81), port(80), port(82)]],
  ['53/tcp, 53/udp', [port(53, undefined, { protocol: 'udp' }), port(53)]],
  ['0.0.0.0:80-81->80-81/tcp', [port(80, 80), port(81, 81)]],
  [
    '443/tcp, 0.0.0.0:32768->80/tcp, [::]:32769->80/tcp',
    [port(443), port(80, 32769, { hostAddress: '::' }), port(80, 32768)],
  ],
])('ports are listed as %j', (told, ports) => {
  expect(renderPorts(ports)).toBe(told);
});

const now = Date.parse('2026-11-20T20:00:00Z');
const container: ShownContainer = {
  id: '3525bcfcc1c14c66c0901292955795ab51e60121f423759cfd5c9249486fe7c9',
  name: 'web',
  image: `sha256:${'ce3f1a0d'.repeat(8)}`,
  imageId: `sha256:${'ce3f1a0d'.repeat(8)}`,
  labels: { b: '2,3', a: '=' },
  state: 'running',
  createdAt: now - 65_400,
  startedAt: now - 4_000,
  finishedAt: null,
  exitCode: null,
  health: null,
  published: [],
  exposed: [port(8080)],
  command: "/bin/sh -c 'sleep 100; echo'",
  networks: ['a', 'b'],
  mounts: [
    { name: '0123456789abcdef', isLocalVolume: true },
    { name: '/srv', isLocalVolume: false },
  ],
};

test('a container’s line has everything that docker ps prints', () => {
  expect(renderContainerLine(container, now)).toEqual({
    Command: '"/bin/sh -c \'sleep 1…"',
    CreatedAt: '2026-11-20 19:58:54 +0000 UTC',
    ID: '3525bcfcc1c1',
    Image: 'ce3f1a0dce3f',
    Labels: 'a==,b=2,3',
    LocalVolumes: '1',
    Mounts: '0123456789abcd…,/srv',
    Names: 'web',
    Networks: 'a,b',
    Ports: '8080/tcp',
    RunningFor: 'About a minute ago',
    Size: '0B',
    State: 'running',
    Status: 'Up 4 seconds',
  });
  const sizes = { written: 5, whole: 1_983_005 };
  expect(renderContainerLine({ ...container, sizes }, now).Size).toBe('5B (virtual 1.98MB)');
  expect(renderContainerLine({ ...container, image: '' }, now).Image).toBe('<no image>');
});

describe('the status of a container', () => {
  const ended = { state: 'exited', finishedAt: now - 130_000, exitCode: 137 } as const;
  test.each<[string, Partial<ShownContainer>]>([
    ['Up 4 seconds', {}],
    ['Up 4 seconds (Paused)', { state: 'paused', health: 'healthy' }],
    ['Up 4 seconds (healthy)', { health: 'healthy' }],
    ['Up 4 seconds (unhealthy)', { health: 'unhealthy' }],
    ['Up 4 seconds (health: starting)', { health: 'starting' }],
    ['Exited (137) 2 minutes ago', ended],
    ['Restarting (137) 2 minutes ago', { ...ended, state: 'restarting' }],
    ['Created', { state: 'created', startedAt: null, exitCode: 127 }],
    ['Created', { ...ended, startedAt: null }],
    ['Dead', { ...ended, state: 'dead' }],
    ['Removal In Progress', { ...ended, state: 'removing' }],
    ['', { ...ended, finishedAt: null }],
  ])('is %s', (told, known) => {
    expect(renderContainerStatus({ ...container, ...known }, now)).toBe(told);
  });
});

describe('what a container uses', () => {
  const sample = {
    atMs: now,
    cpuTotalNs: 2_012_500,
    systemCpuNs: 4e9,
    onlineCpus: 2,
    previousCpuTotalNs: 1_000_000,
    previousSystemCpuNs: 2e9,
    memoryBytes: 458_752,
    memoryLimitBytes: 64 << 20,
    networkInBytes: 1_860,
    networkOutBytes: 0,
    blockReadBytes: 4096,
    blockWriteBytes: 1_000_000,
    pids: 2,
  };

  test('is told as docker stats does', () => {
    expect(renderStatsLine(container, sample)).toEqual({
      BlockIO: '4.1kB / 1MB',
      CPUPerc: '0.10%',
      Container: '3525bcfcc1c1',
      ID: '3525bcfcc1c1',
      MemPerc: '0.68%',
      MemUsage: '448KiB / 64MiB',
      Name: 'web',
      NetIO: '1.86kB / 0B',
      PIDs: '2',
    });
  });

  test('is zero without a sample', () => {
    const { BlockIO, CPUPerc, MemPerc, MemUsage, NetIO, PIDs } = renderStatsLine(container, null);
    const zeros = ['0B / 0B', '0.00%', '0.00%', '0B / 0B', '0B / 0B', '0'];
    expect([BlockIO, CPUPerc, MemPerc, MemUsage, NetIO, PIDs]).toEqual(zeros);
  });
});

describe('the lines of an image', () => {
  const digest = `sha256:${'d'.repeat(64)}`;
  const image = { id: `sha256:${'9'.repeat(64)}`, references: [], digests: [], sizeBytes: 1_983_412, createdAt: 1_000 };
  const names = (known: object) =>
    renderImageLines({ ...image, ...known }, now).map(
      ({ Repository, Tag, Digest }) => `${Repository} ${Tag} ${Digest}`,
    );

  test('are one for each tag, one for each repository with a digest only, or one without a name', () => {
    expect(names({ references: ['a:1', 'docker.io/library/a:2'], digests: [`a@${digest}`] })).toEqual([
      'a 1 <none>',
      'a 2 <none>',
    ]);
    expect(names({ references: ['a:1'], digests: [`localhost:5000/b@${digest}`] })).toEqual([
      'a 1 <none>',
      'localhost:5000/b <none> ',
    ]);
    expect(names({})).toEqual(['<none> <none> <none>']);
  });

  test('tell size and age', () => {
    expect(renderImageLines(image, now)[0]).toMatchObject({
      ID: '999999999999',
      CreatedAt: '1970-01-01 00:00:01 +0000 UTC',
      CreatedSince: '56 years ago',
      Size: '1.98MB',
      VirtualSize: '1.983MB',
      Containers: 'N/A',
    });
  });
});

test('a node’s line has the CLI’s names', () => {
  const words = { status: 'Ready', availability: 'Active', managerStatus: '', tlsStatus: 'Needs Rotation' };
  expect(renderNodeLine({ id: 'n1', hostname: 'one', engineVersion: '20.10.24', isSelf: false, ...words })).toEqual({
    Availability: 'Active',
    EngineVersion: '20.10.24',
    Hostname: 'one',
    ID: 'n1',
    ManagerStatus: '',
    Self: false,
    Status: 'Ready',
    TLSStatus: 'Needs Rotation',
  });
});
