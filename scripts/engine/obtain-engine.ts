import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BERTH_FOLDER, noteBrought } from '../brought.ts';
import { isAnswering } from '../engine-call.ts';
import { ENGINE_TOOLS, installMissing } from '../install-missing.ts';
import { isOnOverlay, launchEngine } from '../private-engine/launch.ts';
import { listPlaces } from '../private-engine/state.ts';

const USUAL_SOCKET = '/var/run/docker.sock';
const OWN_FOLDER = join(BERTH_FOLDER, 'engine');
/** A socket's path has at most 107 bytes on Linux, and containerd adds an ending. */
const LONGEST_FOLDER = 80;
const SERVICE_MS = 60_000;

/** Address of a Docker engine that answers: one that is there, else one that is brought. Throws a sentence for the user. */
export async function obtainEngine(dockerHost: string | undefined): Promise<string> {
  if (dockerHost !== undefined && dockerHost !== '') return checkGiven(dockerHost);
  const sockets = [USUAL_SOCKET, listPlaces(OWN_FOLDER).socket];
  for (const socket of sockets) if (await isAnswering(socket)) return `unix://${socket}`;
  if (existsSync(USUAL_SOCKET) && !isAllowed(USUAL_SOCKET))
    throw new Error(
      `This user may not use the Docker engine at ${USUAL_SOCKET}: become a member of its group (docker).`,
    );
  return bringEngine();
}

async function checkGiven(dockerHost: string): Promise<string> {
  if (!/^(unix|tcp):\/\//.test(dockerHost))
    throw new Error(
      `DOCKER_HOST is ${dockerHost}, but npm start takes unix:// and tcp:// only. \`berth serve\` takes engines from its settings.`,
    );
  if (await isAnswering(dockerHost)) return dockerHost;
  throw new Error(`No Docker engine answers at ${dockerHost} (DOCKER_HOST). Start it, or unset DOCKER_HOST.`);
}

function isAllowed(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function bringEngine(): Promise<string> {
  console.log('Berth: no Docker engine answers.');
  if (process.env['BERTH_NO_INSTALL'] === '1')
    throw new Error(
      'A Docker engine is needed, and BERTH_NO_INSTALL=1 forbids to bring one. Start one, or set DOCKER_HOST.',
    );
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('A Docker engine is needed, and only root on Linux can bring one. Start one, or set DOCKER_HOST.');
  installMissing(ENGINE_TOOLS);
  return existsSync('/run/systemd/system') ? startService() : startOwn();
}

async function startService(): Promise<string> {
  console.log('Berth: starting the Docker engine: systemctl start docker');
  noteBrought({ kind: 'service', name: 'docker' });
  execFileSync('systemctl', ['start', 'docker'], { stdio: 'inherit' });
  const end = performance.now() + SERVICE_MS;
  while (!(await isAnswering(USUAL_SOCKET))) {
    if (performance.now() > end) throw new Error('The Docker engine does not answer: see `systemctl status docker`.');
    await delay(100);
  }
  return `unix://${USUAL_SOCKET}`;
}

/** No system manager runs here, as in most containers: the engine is a process of ours. */
async function startOwn(): Promise<string> {
  if (Buffer.byteLength(OWN_FOLDER) > LONGEST_FOLDER)
    throw new Error(`The path ${OWN_FOLDER} is too long for the sockets of an engine: move this folder up.`);
  console.log(`Berth: starting a Docker engine of its own in ${OWN_FOLDER}`);
  noteBrought({ kind: 'engine', folder: OWN_FOLDER });
  const { socket, pid } = await launchEngine({ folder: OWN_FOLDER });
  if (isOnOverlay(OWN_FOLDER))
    console.log('Berth: that folder lies on overlayfs: the engine copies image layers, which is slow.');
  console.log(`Berth: the engine runs as process ${pid}, and goes on after Berth ends.`);
  return `unix://${socket}`;
}
