import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { BERTH_FOLDER, type Brought, listBrought } from '../brought.ts';
import { stopEdge } from '../edge-control.ts';
import { askEngine, callEngine, isAnswering } from '../engine-call.ts';
import { removeEngine } from '../private-engine/remove.ts';
import { listPlaces } from '../private-engine/state.ts';
import { removeSite } from '../site.ts';
import { endDaemonProcess } from '../start/daemon-process.ts';
import { findRunningDaemon } from '../start/running-daemon.ts';
import { purgePackages } from './purge-packages.ts';

const EDGE_GRACE_MS = 2_000;
const USUAL_ENGINE = 'unix:///var/run/docker.sock';
/** What stands on an engine goes before the engine. */
const ORDER = ['site', 'image', 'service', 'engine'] as const;

try {
  await main();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`Berth: not all was removed: ${reason} Then run \`npm run remove\` again.`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  if (!existsSync(BERTH_FOLDER)) {
    console.log('Berth: nothing to remove.');
    return;
  }
  const brought = listBrought();
  console.log(
    ['Berth: removing the daemon and the edge,', ...brought.map(renderBrought), `  ${BERTH_FOLDER}`].join('\n'),
  );
  const daemon = findRunningDaemon();
  if (daemon !== undefined) await endDaemonProcess(daemon.pid);
  await stopEdge(BERTH_FOLDER, EDGE_GRACE_MS);
  for (const kind of ORDER) for (const one of brought) if (one.kind === kind) await remove(one);
  purgePackages(brought.flatMap((one) => (one.kind === 'package' ? one.name : [])));
  rmSync(BERTH_FOLDER, { recursive: true, force: true });
  console.log('Berth: all is removed but this folder itself.');
}

function renderBrought(brought: Brought): string {
  switch (brought.kind) {
    case 'package':
      return `  the package ${brought.name}`;
    case 'service':
      return `  the running of the service ${brought.name}`;
    case 'engine':
      return `  the engine in ${brought.folder}`;
    case 'image':
      return `  the image ${brought.name} at ${brought.engine}`;
    case 'site':
      return `  all containers, networks, volumes and images labelled berth.site=${brought.site} at ${brought.engine}`;
  }
}

async function remove(brought: Brought): Promise<void> {
  switch (brought.kind) {
    case 'site':
      return onEngine(brought.engine, () => removeSite(brought.engine, brought.site));
    case 'image':
      return onEngine(brought.engine, () => callEngine(brought.engine, `DELETE /images/${brought.name}?force=1`));
    case 'service':
      await refuseStrangers(USUAL_ENGINE);
      return stopService(brought.name);
    case 'engine':
      await refuseStrangers(listPlaces(brought.folder).socket);
      return removeEngine(brought.folder);
    case 'package':
      return;
  }
}

/** An engine of ours that has ended takes with it what stands on it; any other must answer. */
async function onEngine(engine: string, act: () => Promise<unknown>): Promise<void> {
  if (await isAnswering(engine)) await act();
  else if (!engine.includes(BERTH_FOLDER)) throw new Error(`The engine at ${engine} does not answer: start it.`);
}

/** An engine that Berth brought may have been put to other uses since: those go by their owner's hand only. */
async function refuseStrangers(engine: string): Promise<void> {
  if (!(await isAnswering(engine))) return;
  const containers = await askEngine<readonly { readonly Names: readonly string[] }[]>(
    engine,
    'GET /containers/json?all=1',
  );
  const volumes = await askEngine<{ readonly Volumes: readonly { readonly Name: string }[] | null }>(
    engine,
    'GET /volumes',
  );
  const names = [...containers.map(({ Names }) => Names[0]), ...(volumes.Volumes ?? []).map(({ Name }) => Name)];
  if (names.length > 0)
    throw new Error(
      `The engine that Berth brought holds what is not Berth's: ${names.join(', ')}. Remove these first.`,
    );
}

/** The socket would start the service again. */
function stopService(name: string): void {
  execFileSync('systemctl', ['stop', `${name}.socket`, name], { stdio: 'inherit' });
}
