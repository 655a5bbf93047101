import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM_ENVIRONMENT } from '../../../../../scripts/private-engine/system-tool.ts';
import { waitFor } from '../../../../../test/harness/deadline.ts';
import { ensureImage } from '../../../../../test/harness/image.ts';
import { describeWithEngine } from '../../../../../test/harness/with-engine.ts';
import type { Container } from '../../core/container.ts';
import { renderContainerLine } from '../../core/docker-words/container-line.ts';
import { renderImageLines } from '../../core/docker-words/image-line.ts';
import { renderStatsLine } from '../../core/docker-words/stats-line.ts';
import type { Engine } from '../../ports/engine.ts';
import { createDockerEngine } from './docker-engine.ts';

const run = promisify(execFile);
const soon = { deadlineMs: 60_000 };
const stepMs = 200;

type Line = Readonly<Record<string, unknown>>;
/** Fields whose parts the CLI leaves in random order; labels only before 26. */
const unordered: ReadonlySet<string> = new Set(['Labels', 'Mounts', 'Networks']);

/** Each container, and the words after `docker run` or `docker create` that make it. */
const containers = {
  plain: ['run', '-d', 'silent'],
  ports:
    'run -d -p 8080 -p 127.0.0.1::8081 -p 5353/udp -p 0.0.0.0::9000-9002 --expose 7000-7002 --expose 7005/udp silent'.split(
      ' ',
    ),
  mounts: [
    'run',
    '-d',
    '-v',
    'NAME-volume:/data',
    '-v',
    '/anonymous',
    '-v',
    '/tmp:/host:ro',
    '--tmpfs',
    '/t',
    'silent',
  ],
  labels: ['run', '-d', '-l', 'a=b,c', '-l', 'ü=日本語', '-l', 'empty=', '-l', 'quote="<&>', 'silent'],
  healthy: ['run', '-d', '--health-cmd', 'true', '--health-interval', '1s', 'silent'],
  starting: ['run', '-d', '--health-cmd', 'true', '--health-interval', '1h', 'silent'],
  host: ['run', '-d', '--network', 'host', 'silent'],
  alone: ['run', '-d', '--network', 'none', '-p', '80', 'silent'],
  paused: ['run', '-d', 'silent'],
  exited: ['run', '-d', 'exit'],
  restarting: ['run', '-d', '--restart', 'always', 'exit'],
  created: ['create', 'silent', '/bin/sh', '-c', 'echo "x"\\', 'two words', 'and more'],
  unicode: ['create', '--entrypoint', '/ä', 'silent', '日本語', '日本語日本語', '🚀'],
  odd: ['create', 'silent', 'a\tb\n\u0001\u00A0'],
  byId: ['create', 'ID'],
} as const;

describeWithEngine('the docker CLI’s words', (socket) => {
  const name = `berth-words-${randomUUID().slice(0, 8)}`;
  let engine: Engine;

  const docker = async (...words: string[]): Promise<string> => {
    const env = { ...SYSTEM_ENVIRONMENT, DOCKER_HOST: `unix://${socket}`, TZ: 'UTC' };
    return (await run('docker', words, { env, maxBuffer: 64 << 20 })).stdout;
  };
  const lines = async (...words: string[]): Promise<Line[]> =>
    (await docker(...words, '--format', '{{json .}}'))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);

  beforeAll(async () => {
    engine = createDockerEngine({ name: 'test', host: `unix://${socket}` });
    const silent = await ensureImage(socket, 'silent');
    const images: Record<string, string> = {
      silent,
      exit: await ensureImage(socket, 'exit'),
      ID: (await engine.images.inspect(silent)).id,
    };
    for (const [title, [verb = '', ...words]] of Object.entries<readonly string[]>(containers)) {
      const said = words.map((word) => images[word] ?? word.replace('NAME', name));
      await docker(verb, '--name', `${name}-${title}`, '--label', `words=${name}`, ...said);
    }
    await docker('pause', `${name}-paused`);
    await docker('network', 'create', name);
    await docker('network', 'connect', name, `${name}-plain`);
    await docker('tag', silent, `${name}.example:5000/team/silent:v1`);
  });

  afterAll(async () => {
    const ids = Object.keys(containers).map((title) => `${name}-${title}`);
    await docker('rm', '-f', '-v', ...ids).catch(() => {});
    await docker('network', 'rm', name).catch(() => {});
    await docker('volume', 'rm', `${name}-volume`).catch(() => {});
    await docker('rmi', `${name}.example:5000/team/silent:v1`).catch(() => {});
    await engine.close();
  });

  /** The container and the CLI's line of it, of a time when nothing changed; and the moments when that was. */
  async function look(title: string, state?: Container['state']) {
    return waitFor(async () => {
      const before = await engine.containers.inspect(`${name}-${title}`);
      const begin = Date.now();
      const [line] = await lines('ps', '-a', '--filter', `name=^${name}-${title}$`);
      const after = await engine.containers.inspect(`${name}-${title}`);
      const isSteady = JSON.stringify(before) === JSON.stringify(after) && (state ?? after.state) === after.state;
      return isSteady && line !== undefined && { container: after, line, moments: momentsSince(begin) };
    }, soon);
  }

  test.each([
    ['plain', 'running'],
    ['ports', 'running'],
    ['mounts', 'running'],
    ['labels', 'running'],
    ['healthy', 'running'],
    ['starting', 'running'],
    ['host', 'running'],
    ['alone', 'running'],
    ['paused', 'paused'],
    ['exited', 'exited'],
    ['restarting', 'restarting'],
    ['created', 'created'],
    ['unicode', 'created'],
    ['odd', 'created'],
    ['byId', 'created'],
  ] as const)('docker ps shows the container "%s" as Berth does', async (title, state) => {
    const { container, line, moments } = await look(title, state);
    expectSame(
      line,
      moments.map((now) => ({ ...renderContainerLine(container, now) })),
      // The CLI measures sizes when it is asked for all fields. Newer ones tell the platform of newer engines.
      new Set(['Size', 'Platform']),
    );
  });

  test('docker image ls shows images as Berth does', async () => {
    const begin = Date.now();
    const [shown, images] = await Promise.all([lines('image', 'ls'), engine.images.list()]);
    const mine = shown.filter(({ Repository }) => /^(?:berth-test|berth-words-.*)\//.test(String(Repository)));
    expect(mine.length).toBeGreaterThanOrEqual(3);
    for (const line of mine) {
      const told = momentsSince(begin).flatMap((now) => images.flatMap((image) => renderImageLines(image, now)));
      const same = told.filter(({ Repository, Tag }) => Repository === line.Repository && Tag === line.Tag);
      expectSame(
        line,
        same.map((one) => ({ ...one })),
        new Set(),
      );
    }
  });

  test('docker stats shows what stands still, and zeros of a container that does not run, as Berth does', async () => {
    const still = new Set(['CPUPerc']);
    for (const title of ['paused', 'exited', 'created']) {
      const id = `${name}-${title}`;
      const { container } = await look(title);
      const [line = {}] = await lines('stats', '--no-stream', '--no-trunc=false', id);
      const sample = title === 'paused' ? await firstSample(engine, container.id) : null;
      expectSame(
        { ...line, Container: container.id.slice(0, 12) },
        [{ ...renderStatsLine(container, sample) }],
        title === 'paused' ? still : new Set(),
      );
    }
  });
});

/** All moments since then at which the words may have been chosen. */
function momentsSince(begin: number): number[] {
  const count = Math.ceil((Date.now() - begin) / stepMs) + 1;
  return Array.from({ length: count }, (_, index) => Math.min(begin + index * stepMs, Date.now()));
}

/** Each field of the CLI's line is one that Berth tells of one of those moments, and there are no others. */
function expectSame(line: Line, told: readonly Line[], except: ReadonlySet<string>): void {
  const names = Object.keys({ ...line, ...told[0] }).filter((field) => !except.has(field));
  for (const field of names)
    expect(
      told.map((one) => comparable(field, one[field])),
      field,
    ).toContain(comparable(field, line[field]));
}

/** Before 26 the CLI wrote `:::80` for `[::]:80`. */
function comparable(field: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (unordered.has(field)) return value.split(',').toSorted().join(',');
  return field === 'Ports' ? value.replace(/(^|, ):::/g, '$1[::]:') : value;
}

async function firstSample(engine: Engine, id: string) {
  for await (const sample of engine.containers.stats(id, AbortSignal.timeout(20_000))) return sample;
  return null;
}
