import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guard } from '../../test/harness/guardian.ts';
import { pin, readCores, splitCores } from '../measure/affinity.ts';
import { putBack, putFirst } from '../measure/precedence.ts';
import { type CannedBackend, startCannedBackend } from './backend/canned-backend.ts';
import { startOwnBackend } from './backend/own-backend.ts';
import { type Backend, startStaticBackend } from './backend/static-backend.ts';
import { checkContestant } from './check-contestant.ts';
import { startBerth } from './proxy/berth.ts';
import { startCaddy } from './proxy/caddy.ts';
import { startConfigurableHttpProxy } from './proxy/configurable-http-proxy.ts';
import type { Contestant, StartContestant, Wiring } from './proxy/contestant.ts';
import { startHaproxy } from './proxy/haproxy.ts';
import { startNginx } from './proxy/nginx.ts';

/** Berth and those it stands beside, by the name a part calls them. */
const starters = {
  berth: startBerth,
  nginx: startNginx,
  haproxy: startHaproxy,
  caddy: startCaddy,
  chp: startConfigurableHttpProxy,
} as const satisfies Readonly<Record<string, StartContestant>>;

export type ContestantName = keyof typeof starters;
export const everyone = Object.keys(starters) as readonly ContestantName[];
/** The host all are asked for unless a part says otherwise: a name that every machine resolves to itself. */
export const usualHost = 'localhost';

/** A part's own place: folder, back-end, and proxies that were seen to work. */
export interface Arena {
  readonly folder: string;
  readonly backend: Backend | CannedBackend;
  /** A proxy that works; it is stopped at the end, if not before. */
  readonly start: <Name extends ContestantName>(name: Name, wish?: Wish) => Promise<Started<Name>>;
}

/** A proxy, and the core it is kept on. */
export type Placed = Contestant & { readonly core: string };
type Started<Name extends ContestantName> = Awaited<ReturnType<(typeof starters)[Name]>> & Placed;

type Wish = Partial<Pick<Wiring, 'folder' | 'hosts' | 'certificate' | 'isTuned'>>;

/** `static` is cheapest, `own` can do what a file server cannot, `canned` is in this process. */
export type BackendKind = 'static' | 'own' | 'canned';

/** Load and back-end on all cores but the last, each proxy alone on that one when its turn comes. All is gone afterwards. */
export async function inArena<Result>(kind: BackendKind, play: (arena: Arena) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-edge-'));
  guard({ kind: 'folder', path: folder });
  const cores = readCores();
  const [core, loadCores] = splitCores(cores);
  pin(process.pid, loadCores);
  putFirst(process.pid);
  const running: { stop(): Promise<void> }[] = [];
  try {
    const backend = await startBackend(kind, makeFolder(folder, 'backend'), loadCores);
    running.push(backend);
    const start = async <Name extends ContestantName>(name: Name, wish: Wish = {}): Promise<Started<Name>> => {
      const own = wish.folder ?? makeFolder(folder, `${name}-${running.length}`);
      const wiring = { core, backendPort: backend.port, hosts: [usualHost], ...wish, folder: own };
      const contestant = stopOnce({ ...(await starters[name](wiring)), core } as Started<Name>);
      running.push(contestant);
      await checkContestant(contestant, wiring.hosts[0] ?? usualHost);
      return contestant;
    };
    return await play({ folder, backend, start });
  } finally {
    for (const one of running.toReversed()) await one.stop();
    putBack(process.pid);
    pin(process.pid, cores);
    rmSync(folder, { recursive: true, force: true });
  }
}

function stopOnce<Given extends Placed>(contestant: Given): Given {
  let stopped: Promise<void> | undefined;
  return { ...contestant, stop: () => (stopped ??= contestant.stop()) };
}

function startBackend(kind: BackendKind, folder: string, cores: string): Promise<Backend | CannedBackend> {
  if (kind === 'canned') return startCannedBackend();
  return kind === 'static' ? startStaticBackend(folder, cores) : startOwnBackend(folder, cores);
}

function makeFolder(parent: string, name: string): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  return folder;
}
