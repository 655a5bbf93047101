import { connect } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDockerEngine } from '../../packages/daemon/src/adapters/docker/docker-engine.ts';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { waitFor } from '../harness/deadline.ts';
import { findFreePort } from '../harness/free-port.ts';
import { describeWithHttpie, http } from '../harness/httpie.ts';
import { ensureImage } from '../harness/image.ts';
import { startRegistry, type TestRegistry } from '../harness/registry.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { Operator } from './operator.ts';

const soon = { deadlineMs: 60_000 };

describeWithEngine('a client of the Genisys connector', (engineSocket) => {
  describeWithHttpie('with httpie', () => {
    const engine = createDockerEngine({ name: 'bare', host: `unix://${engineSocket}` });
    let folder: string;
    let registry: TestRegistry;
    let daemon: RunningDaemon;
    let operator: Operator;
    let at: string;
    let hello: string;
    let world: string;

    beforeAll(async () => {
      for (const version of [1, 2]) await ensureImage(engineSocket, 'web', version);
      await ensureImage(engineSocket, 'exit');
      registry = await startRegistry();
      [hello, world] = [`${registry.host}/tutum/hello-world:latest`, `${registry.host}/panamax/hello-world-php:latest`];
      await registry.push(engineSocket, 'berth-test/web:1', 'tutum/hello-world:latest');
      await registry.push(engineSocket, 'berth-test/web:2', 'panamax/hello-world-php:latest');
      for (const image of [hello, world]) await engine.images.remove(image);
      folder = mkdtempSync(join(tmpdir(), 'berth-genisys-'));
      const port = await findFreePort();
      at = `http://127.0.0.1:${port}`;
      writeFileSync(
        join(folder, 'genisys-connector.yml'),
        `connector:\n  bind: 127.0.0.1\n  port: ${port}\n  service_file: ./services.yml\n`,
      );
      writeFileSync(join(folder, 'services.yml'), 'fromFile:\n  image: berth-test/web:1\n  ports: ["8080"]\n');
      const genisys = { connectorFile: join(folder, 'genisys-connector.yml'), scaleSeconds: 60 };
      daemon = await startDaemon({ engineSocket, settings: { dialects: { genisys } } });
      operator = new Operator(daemon);
    });

    afterAll(async () => {
      await daemon.stop();
      await registry.stop();
      await engine.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const get = async (path: string) => JSON.parse((await http(`${at}${path}`)).text) as Record<string, unknown>;
    const running = async (name: string) => (await get(`/service/${name}/status`))['running_resources'];
    const scale = (name: string, number: number | string) =>
      http('POST', `${at}/service/${name}/scale`, `number=${number}`);
    const containersOf = (name: string) =>
      engine.containers.list([`berth.site=${daemon.site}`, `genisys.name=${name}`]);

    test('runs the examples of its document', async () => {
      const defined = await http(
        'POST',
        `${at}/service`,
        'name=helloworld',
        `image=${hello}`,
        'ports:=["8080", "8081"]',
        'environment:={"VAR_A":"value", "VAR_B": "value"}',
      );
      expect(defined).toEqual({ status: 200, text: '' });
      expect(await get('/service/helloworld')).toEqual({
        name: 'helloworld',
        image: hello,
        command: null,
        environment: { VAR_A: 'value', VAR_B: 'value' },
        ports: ['8080', '8081'],
      });
      expect(await running('helloworld')).toBe(0);
      const changed = await http(
        'PUT',
        `${at}/service/helloworld`,
        `image=${world}`,
        'command=/run.sh',
        'ports:=["8080", "8082"]',
        'environment:={"VAR_A":"value", "VAR_B": "value"}',
      );
      expect(changed).toEqual({ status: 200, text: '' });
      expect(await get('/service')).toMatchObject({ helloworld: { image: world, command: '/run.sh' } });
      await http('PUT', `${at}/service/helloworld`, `image=${world}`, 'ports:=["8080"]');
      expect(await scale('helloworld', 3)).toEqual({ status: 200, text: '' });
      expect(await running('helloworld')).toBe(3);
    });

    test('is told what its document says when it is wrong', async () => {
      const detailOf = async (...words: string[]) => {
        const { status, text } = await http(...words);
        return [status, (JSON.parse(text) as { detail: string }).detail];
      };
      expect(await detailOf('POST', `${at}/service`)).toEqual([400, 'No data received']);
      expect(await detailOf('POST', `${at}/service`, 'name=x')).toEqual([400, 'Missing parameters.']);
      expect(await detailOf('PUT', `${at}/service/x`, 'command=a')).toEqual([400, 'Missing parameter.']);
      expect(await detailOf('GET', `${at}/service/x`)).toEqual([501, 'Undefined service: x.']);
      expect(await detailOf('POST', `${at}/service/x/scale`, 'number=1')).toEqual([501, 'Undefined service: x.']);
      const invalid = 'Invalid value for number parameter.';
      for (const number of ['number=-1', 'number:=1.5', 'number:=null', 'number=many'])
        expect(await detailOf('POST', `${at}/service/helloworld/scale`, number), number).toEqual([400, invalid]);
    });

    test('has its ports at the host, and those that the image exposes', async () => {
      const [fixed] = [await findFreePort()];
      await http('PUT', `${at}/service/portal_Web`, 'image=berth-test/web:1', `ports:=["${fixed}:9090", "53/udp"]`);
      expect((await scale('portal_Web', 1)).status).toBe(200);
      const { body } = await operator.call('GET', '/v1/apps/gs-portal-0-web/instances');
      const published =
        (
          body.items as {
            published: { containerPort: number; protocol: string; hostAddress: string; hostPort: number }[];
          }[]
        )[0]?.published ?? [];
      expect(published.map(({ containerPort, protocol }) => `${containerPort}/${protocol}`).toSorted()).toEqual([
        '53/udp',
        '8080/tcp',
        '9090/tcp',
      ]);
      expect(published).toContainEqual({
        containerPort: 9090,
        protocol: 'tcp',
        hostAddress: '127.0.0.1',
        hostPort: fixed,
      });
      const web = published.find(({ containerPort }) => containerPort === 8080);
      await waitFor(async () => (await fetch(`http://127.0.0.1:${web?.hostPort}/`)).status === 200, soon);
      expect(
        (await http('PUT', `${at}/service/portal_Web`, 'image=berth-test/web:2', `ports:=["${fixed}:9090"]`)).status,
      ).toBe(200);
      expect(await canConnect(fixed)).toBe(true);
      expect(await scale('portal_Web', 2)).toMatchObject({ status: 400 });
      expect((await scale('portal_Web', 0)).status).toBe(200);
      expect(await containersOf('portal_Web')).toEqual([]);
    });

    test('goes up to twenty and down to none in one call each, and hears how many run meanwhile', async () => {
      await http('PUT', `${at}/service/many`, 'image=berth-test/web:1');
      const going = scale('many', 20);
      const seen: unknown[] = [];
      const done = new AbortController();
      void going.finally(() => done.abort());
      while (!done.signal.aborted) seen.push(await running('many'));
      expect((await going).status).toBe(200);
      expect(seen.length).toBeGreaterThan(0);
      expect(await running('many')).toBe(20);
      expect(await scale('many', 0)).toEqual({ status: 200, text: '' });
      expect([await running('many'), await containersOf('many')]).toEqual([0, []]);
    });

    test('is answered when a newer number is there', async () => {
      await http('PUT', `${at}/service/moving`, 'image=berth-test/web:1');
      const answers = await Promise.all([scale('moving', 6), delay(300).then(() => scale('moving', '2'))]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect([await running('moving'), (await containersOf('moving')).length]).toEqual([2, 2]);
      await scale('moving', 0);
    });

    test('keeps its number as the real server does, whatever happens to a container', async () => {
      await http('PUT', `${at}/service/held`, 'image=berth-test/web:1');
      const wanted = 2;
      const poll = async () => {
        if ((await running('held')) !== wanted) await scale('held', wanted);
      };
      await poll();
      const [victim, other] = await containersOf('held');
      await engine.containers.kill(victim?.id ?? '', 'SIGKILL');
      await engine.containers.remove(other?.id ?? '', { force: true });
      await waitFor(
        async () => (
          await poll(), (await containersOf('held')).filter(({ state }) => state === 'running').length === 2
        ),
        soon,
      );
      expect(await running('held')).toBe(2);
      await scale('held', 0);
    });

    test('does not count, and never ends, what somebody else runs from the same image', async () => {
      await http('PUT', `${at}/service/own`, 'image=berth-test/web:1');
      await scale('own', 1);
      const [own] = await containersOf('own');
      const foreign = await engine.containers.create({
        name: `foreign-${daemon.site}`,
        image: 'berth-test/web:1',
        labels: own?.labels ?? {},
        env: {},
        stopGraceSeconds: 1,
        ports: [],
        volumes: [],
        tmpfs: [],
        limits: { pids: 50 },
        readOnlyRoot: false,
        noNewPrivileges: true,
        log: { maxSizeBytes: 1e6, maxFiles: 1 },
      });
      try {
        await engine.containers.start(foreign);
        expect(await running('own')).toBe(1);
        await scale('own', 0);
        expect((await engine.containers.inspect(foreign)).state).toBe('running');
      } finally {
        await engine.containers.remove(foreign, { force: true });
      }
    });

    test('hears why a number is not reached, and no dead containers pile up', async () => {
      await http('PUT', `${at}/service/broken`, 'image=berth-test/exit:1');
      const { status, text } = await scale('broken', 2);
      expect(status).toBe(500);
      expect(JSON.parse(text)).toMatchObject({
        code: 'scale-failed',
        detail: expect.stringContaining('in a row, exit code'),
      });
      expect((await containersOf('broken')).length).toBeLessThanOrEqual(2);
      expect((await scale('broken', 0)).status).toBe(200);
      expect(await containersOf('broken')).toEqual([]);
    });

    test('leaves nothing of a service whose image nobody has', async () => {
      const { status, text } = await http('POST', `${at}/service`, 'name=ghost', `image=${registry.host}/no/such:1`);
      expect(status).toBeGreaterThanOrEqual(400);
      expect((JSON.parse(text) as { detail: string }).detail).toContain('no/such:1');
      expect((await http(`${at}/service/ghost`)).status).toBe(501);
    });

    test('finds its services again after a restart, and those of the file as that says by then', async () => {
      await waitFor(async () => 'fromFile' in (await get('/service')), soon);
      await scale('helloworld', 1);
      const before = await get('/service');
      await daemon.kill9();
      writeFileSync(
        join(folder, 'services.yml'),
        'fromFile:\n  image: berth-test/web:2\nadded:\n  image: berth-test/web:1\n',
      );
      daemon = await daemon.startAgain();
      operator = new Operator(daemon);
      await waitFor(async () => (await get('/service/fromFile'))['image'] === 'berth-test/web:2', soon);
      await waitFor(async () => 'added' in (await get('/service')), soon);
      const after = await get('/service');
      const { fromFile: _old, ...kept } = before;
      expect(after).toMatchObject(kept);
      await waitFor(async () => (await running('helloworld')) === 1, soon);
    });
  });
});

async function canConnect(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('connect', () => resolve(true));
  socket.on('error', () => resolve(false));
  const isOpen = await promise;
  socket.destroy();
  return isOpen;
}
