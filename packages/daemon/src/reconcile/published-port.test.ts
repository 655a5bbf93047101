import { afterEach, beforeEach, expect, test } from 'vitest';
import { showInstances } from '../use-cases/get-app-view.ts';
import { root, TestControl } from './test-control.contract.ts';

let control: TestControl;
beforeEach(async () => {
  control = await TestControl.start();
});
afterEach(() => control.close());

const at = (hostPort?: number) => [{ containerPort: 8080, published: hostPort === undefined ? {} : { hostPort } }];
const publishedOf = (name: string) => showInstances(control.world, root, name).flatMap(({ published }) => published);

test('each instance shows the ports that it has of the host', async () => {
  await control.deploy('web', { ports: at(), replicas: 2 });
  const ports = publishedOf('web');
  expect(ports).toMatchObject([
    { containerPort: 8080, protocol: 'tcp', hostAddress: '127.0.0.1' },
    { containerPort: 8080 },
  ]);
  expect(new Set(ports.map(({ hostPort }) => hostPort)).size).toBe(2);
});

test('what the image exposes is published where the spec says so', async () => {
  await control.deploy('web', { publishExposed: true });
  expect(publishedOf('web')).toMatchObject([{ containerPort: 8080 }]);
});

test('a fixed port passes to the next release, which fails no instance', async () => {
  await control.deploy('web', { ports: at(8080) });
  const [before] = control.instancesOf('web');
  expect(await control.deploy('web', { ports: at(8080), env: { A: '1' } })).toMatchObject({ state: 'succeeded' });
  await control.until(() => control.instancesOf('web').length === 1, 'one instance');
  expect(control.instancesOf('web')[0]?.id).not.toBe(before?.id);
  expect(publishedOf('web')).toMatchObject([{ hostPort: 8080 }]);
});

test('a port that another program has fails the deploy with the engine’s reason, and what served serves on', async () => {
  await control.deploy('web');
  const foreign = await control.engine.containers.create({
    name: 'not-ours',
    image: 'example/app:1',
    labels: {},
    env: {},
    stopGraceSeconds: 1,
    ports: [{ containerPort: 80, protocol: 'tcp', publish: { hostAddress: '0.0.0.0', hostPort: 8080 } }],
    volumes: [],
    tmpfs: [],
    limits: { pids: 10 },
    readOnlyRoot: false,
    noNewPrivileges: true,
    log: { maxSizeBytes: 1, maxFiles: 1 },
  });
  await control.engine.containers.start(foreign);
  const operation = await control.deploy('web', { ports: at(8080) });
  expect(operation).toMatchObject({ state: 'failed', problem: { code: 'deploy-failed' } });
  expect(operation.problem?.detail).toMatch(/port is already allocated.*Release 1 goes on serving/s);
  await control.until(() => control.instancesOf('web').length === 1, 'nothing left of the release');
  expect((await control.engine.containers.inspect(foreign)).state).toBe('running');
});
