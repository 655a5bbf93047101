import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type IncomingMessage, request as openRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../../../../test/harness/deadline.ts';
import { findDeadPort, routeTo, startApp, type TestApp } from '../../edge/testing/app.ts';
import { portOf } from '../../edge/testing/edge.ts';
import { selfSign } from '../../edge/testing/self-signed.ts';
import { shownCertificate } from '../../edge/testing/secure-visitor.ts';
import { beginVisit, visit } from '../../edge/testing/visitor.ts';
import { describeEdge, type EdgeStage, type HeldVisit } from '../../ports/edge.contract.ts';
import { type EdgeProcess, openEdge } from './open-edge.ts';
import type { EdgeOptions } from './start-process.ts';

describeEdge('the edge as a process', openStage);

describe('the process behind the edge', () => {
  let folder: string;
  let options: EdgeOptions;
  let app: TestApp;
  const opened: EdgeProcess[] = [];
  const open = async (more: Partial<EdgeOptions> = {}): Promise<EdgeProcess> => {
    const edge = await openEdge({ ...options, ...more });
    opened.push(edge);
    return edge;
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'berth-edge-'));
    options = optionsIn(folder);
    app = await startApp();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(async (edge) => edge.stop(0).catch(() => undefined)));
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('one that serves already is adopted, with its routes', async () => {
    const first = await open();
    await first.replace([routeTo([app.target('one')])]);
    first.release();
    const second = await open();
    expect(second.pid).toBe(first.pid);
    expect((await visit({ port: portOf(second.addresses[0]) })).status).toBe(200);
  });

  test('one that was started for other addresses is replaced', async () => {
    const first = await open();
    first.release();
    const second = await open({ http: ['127.0.0.1:0', '[::1]:0'] });
    expect(second.pid).not.toBe(first.pid);
    expect(second.addresses).toHaveLength(2);
    await waitFor(() => !isAlive(first.pid), { deadlineMs: 5_000, what: 'the end of the first edge' });
  });

  test('two control processes at once end up with one edge', async () => {
    const http = [`127.0.0.1:${await findDeadPort()}`];
    const [one, other] = await Promise.all([open({ http }), open({ http })]);
    expect(one.pid).toBe(other.pid);
    await Promise.all([one.replace([]), other.replace([])]);
  });

  test('one that dies is started again, serves its last routes at once, and is told the routes anew', async () => {
    const edge = await open({ http: [`127.0.0.1:${await findDeadPort()}`] });
    let connections = 0;
    edge.onConnected(() => (connections += 1));
    await edge.replace([routeTo([app.target('one')])]);
    await waitFor(() => readFileSync(options.stateFile, 'utf8').includes('app.test'), { deadlineMs: 5_000 });
    const { pid } = edge;
    process.kill(pid, 'SIGKILL');
    await waitFor(() => edge.pid !== pid, { deadlineMs: 10_000, what: 'another edge' });
    expect((await visit({ port: portOf(edge.addresses[0]) })).status).toBe(200);
    expect(connections).toBe(2);
  });

  test('while there is none, orders are refused as retryable', async () => {
    const edge = await open();
    await edge.stop(0);
    await waitFor(
      async () =>
        edge.facts().then(
          () => false,
          (error: unknown) => error,
        ),
      { deadlineMs: 5_000 },
    );
    await expect(edge.apply({ put: [], remove: [] })).rejects.toMatchObject({
      code: 'edge-unreachable',
      retryable: true,
    });
  });

  test('one that dies at the moment its end is asked for is gone all the same', async () => {
    const edge = await open();
    process.kill(edge.pid, 'SIGKILL');
    await edge.stop(0);
    await expect(visit({ port: portOf(edge.addresses[0]) })).rejects.toThrow(/ECONNRE(?:FUSED|SET)/);
  });

  test('one that is being started again when the end is asked for does not stay', async () => {
    const http = [`127.0.0.1:${await findDeadPort()}`];
    const edge = await open({ http });
    process.kill(edge.pid, 'SIGKILL');
    const isGone = async (): Promise<boolean> =>
      edge.facts().then(
        () => false,
        () => true,
      );
    await waitFor(isGone, { deadlineMs: 5_000 });
    await edge.stop(0);
    await expect(visit({ port: portOf(http[0]) })).rejects.toThrow('ECONNREFUSED');
  });

  test('an address in use is said in words that name the setting', async () => {
    await expect(open({ http: [`127.0.0.1:${app.port}`] })).rejects.toThrow(
      `Something else listens on 127.0.0.1:${app.port}: stop it, or choose other addresses (BERTH_EDGE_HTTP).`,
    );
  });

  test('a data folder too deep for a socket is said in words', async () => {
    await expect(open({ controlSocket: join(folder, 'x'.repeat(100)) })).rejects.toThrow(
      'choose a shorter data folder',
    );
  });

  test('stopping lets a request that is under way end', async () => {
    const slow = await startApp((_, response) => {
      response.write('a');
      setTimeout(() => response.end('b'), 300);
    });
    const edge = await open();
    await edge.replace([routeTo([slow.target('slow')])]);
    const answer = await beginVisit({ port: portOf(edge.addresses[0]) });
    const stopped = edge.stop();
    expect(Buffer.concat(await answer.toArray()).toString()).toBe('ab');
    await stopped;
    await slow.close();
  });

  test('a kill -9 of the control process stops no traffic', async () => {
    const control = spawn(process.execPath, ['--input-type=module-typescript', '--eval', controlProgram(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(control.stdout, 'data')) as [Buffer];
    const { pid, port } = JSON.parse(line.toString()) as { pid: number; port: number };
    const edge = await open();
    expect(edge.pid).toBe(pid);
    await edge.replace([routeTo([app.target('one')])]);
    edge.release();
    const traffic = keepVisiting(port);
    await waitFor(() => traffic.answered() > 20, { deadlineMs: 5_000 });
    control.kill('SIGKILL');
    await once(control, 'exit');
    const atKill = traffic.answered();
    await waitFor(() => traffic.answered() > atKill + 200, { deadlineMs: 5_000 });
    expect(await traffic.stop()).toEqual([]);
    expect((await open()).pid).toBe(pid);
  });
});

async function openStage(): Promise<EdgeStage> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-edge-'));
  const edge = await openEdge({ ...optionsIn(folder), https: ['127.0.0.1:0'] });
  const port = portOf(edge.addresses[0]);
  const apps: TestApp[] = [];
  const letGo = new Map<string, () => void>();
  let visits = 0;
  return {
    edge,
    startInstance: async (instance) => {
      const app = await startApp((request, response) => {
        response.writeHead(200, { 'x-instance': instance }).flushHeaders();
        letGo.set(String(request.headers['x-visit']), () => void response.end());
      });
      apps.push(app);
      return app.target(instance);
    },
    visit: async (host, path = '/') => {
      visits += 1;
      return hold({ port, host, path, id: String(visits) }, letGo);
    },
    makeCertificate: selfSign,
    certificateOf: async (host) => shownCertificate(portOf(edge.secureAddresses[0]), host),
    askHttp: async (host, path) => {
      const { status, body } = await visit({ port, host, path });
      return status === 200 ? body : undefined;
    },
    close: async () => {
      await edge.stop(0);
      await Promise.all(apps.map(async (app) => app.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function hold(
  { port, host, path, id }: { port: number; host: string; path: string; id: string },
  letGo: ReadonlyMap<string, () => void>,
): Promise<HeldVisit | undefined> {
  const answer = await beginVisit({ port, host, path, headers: { 'x-visit': id } });
  const instance = answer.headers['x-instance'];
  if (typeof instance !== 'string') {
    answer.resume();
    return undefined;
  }
  const over = answer.toArray().then(
    () => 'ended',
    () => 'cut',
  );
  return {
    instance,
    end: async () => {
      letGo.get(id)?.();
      expect(await over).toBe('ended');
    },
    cut: async () => expect(await over).toBe('cut'),
  };
}

function optionsIn(folder: string): EdgeOptions {
  const inside = (name: string): string => join(folder, name);
  return {
    http: ['127.0.0.1:0'],
    controlSocket: inside('edge.sock'),
    stateFile: inside('routes.json'),
    logFile: inside('edge.log'),
  };
}

function isAlive(pid: number): boolean {
  try {
    // An orphan that ended may stay as a zombie where nobody reaps.
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function controlProgram(options: EdgeOptions): string {
  const url = new URL('./open-edge.ts', import.meta.url).href;
  return `
    import { openEdge } from ${JSON.stringify(url)};
    const edge = await openEdge(${JSON.stringify({ ...options, nodePath: process.execPath })});
    console.log(JSON.stringify({ pid: edge.pid, port: Number(edge.addresses[0].split(':').at(-1)) }));
  `;
}

/** Four visitors who come again as soon as they were served; the result of `stop` is what went wrong. */
function keepVisiting(port: number): { answered: () => number; stop: () => Promise<readonly string[]> } {
  let answered = 0;
  const end = new AbortController();
  const failures: string[] = [];
  const come = async (): Promise<void> => {
    while (!end.signal.aborted) {
      const status = await statusOf(port).catch((error: unknown) => String(error));
      if (status === '200') answered += 1;
      else failures.push(status);
    }
  };
  const all = Promise.all([come(), come(), come(), come()]);
  return {
    answered: () => answered,
    stop: async () => {
      end.abort();
      await all;
      return failures;
    },
  };
}

async function statusOf(port: number): Promise<string> {
  const request = openRequest({ port, host: '127.0.0.1', headers: { host: 'app.test' } });
  request.end();
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return String(answer.statusCode);
}
