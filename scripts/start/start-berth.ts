import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../packages/daemon/src/config/read-settings.ts';
import type { Settings } from '../../packages/daemon/src/config/settings.ts';
import { BERTH_FOLDER, noteBrought, prepareFolder } from '../brought.ts';
import { findEdgePid } from '../edge-control.ts';
import { obtainEngine } from '../engine/obtain-engine.ts';
import { readTail } from '../detached-process.ts';
import { DAEMON_LOG, startDaemonProcess, waitUntilReady } from './daemon-process.ts';
import { findListenProblem } from './listen-check.ts';
import { findRunningDaemon } from './running-daemon.ts';
import { type Api, ensureSampleApp } from './sample-app.ts';
import { renderAlreadyRunning, renderEnd, renderWelcome } from './words.ts';

try {
  await main();
} catch (error) {
  console.error(`Berth: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const running = findRunningDaemon();
  if (running !== undefined) {
    console.log(renderAlreadyRunning(running));
    return;
  }
  prepareFolder();
  const settings = readSettings({ file: undefined, environment: process.env, options: { data: BERTH_FOLDER } });
  await checkAddresses(settings);
  const engine = await obtainEngine(process.env['DOCKER_HOST']);
  noteBrought({ kind: 'site', engine, site: settings.site });
  const apiUrl = renderUrl(settings.api.listen);
  const daemon = startDaemonProcess(apiUrl, engine);
  if (await waitUntilReady(daemon)) await welcome({ url: apiUrl, token: readToken() }, engine);
  sayEnd(await daemon.ended);
}

/** An edge that serves on from an earlier start holds its addresses by right. */
async function checkAddresses({ api, edge }: Settings): Promise<void> {
  const hasEdge = (await findEdgePid(BERTH_FOLDER)) !== undefined;
  const problems = await Promise.all([
    findListenProblem(api.listen, 'BERTH_API_LISTEN'),
    hasEdge ? undefined : findListenProblem(edge.http, 'BERTH_EDGE_HTTP'),
    hasEdge || edge.https === 'off' ? undefined : findListenProblem(edge.https, 'BERTH_EDGE_HTTPS'),
  ]);
  const problem = problems.find((found) => found !== undefined);
  if (problem !== undefined) throw new Error(problem);
}

/** A sample that fails is said and no reason to end: the daemon is well. */
async function welcome(api: Api, engine: string): Promise<void> {
  const app = await ensureSampleApp(api, engine).catch((error: unknown) => {
    console.error(
      `Berth: the sample app could not be deployed: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  });
  console.log(renderWelcome(api.url, app));
}

function sayEnd(wasAsked: boolean): void {
  if (wasAsked) console.log(renderEnd());
  else throw new Error(`the daemon has ended. Its last words:\n${readTail(DAEMON_LOG)}`);
}

function readToken(): string {
  return readFileSync(join(BERTH_FOLDER, 'admin.token'), 'utf8').trim();
}

/** Where the API is reached from this machine: an address that means all of them is reached on loopback. */
function renderUrl(listen: string): string {
  return `http://${listen.replace(/^(0\.0\.0\.0|\[::\]|):/, '127.0.0.1:')}`;
}
