import { expect, test } from 'vitest';
import { type ContainerJson, parseContainer } from './container-json.ts';

const never = '0001-01-01T00:00:00Z';
const json: ContainerJson = {
  Id: 'ab12',
  Name: '/web',
  Created: '2026-11-20T13:10:54.726436423Z',
  Image: 'sha256:89',
  Config: { Image: 'web:1', Labels: { a: 'b' } },
  State: {
    Status: 'running',
    Running: true,
    OOMKilled: false,
    ExitCode: 0,
    Error: '',
    StartedAt: '2026-11-20T13:10:55Z',
    FinishedAt: never,
  },
  HostConfig: { NetworkMode: 'mine' },
  NetworkSettings: {
    Ports: {
      '8080/tcp': [
        { HostIp: '0.0.0.0', HostPort: '32768' },
        { HostIp: '::', HostPort: '32768' },
      ],
      '53/udp': null,
    },
    Networks: { other: { IPAddress: '10.0.0.9' }, mine: { IPAddress: '10.0.0.2' } },
  },
};

test('a running container has the address of the network it was made for', () => {
  const container = parseContainer(json);
  expect(container).toMatchObject({
    name: 'web',
    state: 'running',
    address: '10.0.0.2',
    finishedAt: null,
    exitCode: null,
  });
  expect(container.startedAt).toBe(Date.parse('2026-11-20T13:10:55Z'));
  expect(container.published).toEqual([
    { containerPort: 8080, protocol: 'tcp', hostAddress: '0.0.0.0', hostPort: 32768 },
    { containerPort: 8080, protocol: 'tcp', hostAddress: '::', hostPort: 32768 },
  ]);
});

test('an ended one has an exit code and no address; one that runs again has forgotten the code', () => {
  const ended = { ...json.State, FinishedAt: '2026-11-20T13:11:00Z', ExitCode: 137, OOMKilled: true };
  expect(parseContainer({ ...json, State: { ...ended, Status: 'exited', Running: false } })).toMatchObject({
    state: 'exited',
    exitCode: 137,
    outOfMemory: true,
    address: null,
  });
  expect(parseContainer({ ...json, State: ended })).toMatchObject({ state: 'running', exitCode: null });
});

test('a start that failed leaves words and no exit code', () => {
  const failed = {
    ...json.State,
    Status: 'created',
    Running: false,
    ExitCode: 127,
    Error: 'no such program',
    StartedAt: never,
  };
  expect(parseContainer({ ...json, State: failed })).toMatchObject({
    state: 'created',
    error: 'no such program',
    exitCode: null,
    startedAt: null,
  });
});

test.each([
  ['configured', false, 'created'],
  ['stopped', false, 'exited'],
  ['stopping', true, 'running'],
  ['something new', true, 'running'],
  ['something else', false, 'exited'],
])('an engine of another kind that says %s means a state Berth knows', (Status, Running, state) => {
  expect(parseContainer({ ...json, State: { ...json.State, Status, Running } }).state).toBe(state);
});

test('nulls for nothing, as engines before 29 write them, are nothing', () => {
  const bare = { ...json, Config: { Image: 'x', Labels: null }, NetworkSettings: { Ports: null, Networks: null } };
  expect(parseContainer(bare)).toMatchObject({ labels: {}, published: [], address: null });
});
