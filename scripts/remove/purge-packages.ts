import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LINK = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));

/** Takes packages away that Berth brought; says which stay because something else came to need them. */
export function purgePackages(names: readonly string[]): void {
  const chosen = choosePurgeable(names);
  const kept = names.filter((name) => !chosen.includes(name));
  if (kept.length > 0) console.log(`Berth: other packages need these by now, so they stay: ${kept.join(', ')}`);
  if (chosen.length === 0) return;
  console.log(`Berth: apt-get --yes purge ${chosen.join(' ')}`);
  runApt(['--yes', ...chosen]);
  // The packaged Node runs no more, and npm would find it before any other.
  if (chosen.includes('libatomic1')) rmSync(LINK, { force: true });
}

/** apt-get removes with a package all that needs it: only what was brought may go. */
function choosePurgeable(names: readonly string[]): readonly string[] {
  const isSafe = (some: readonly string[]) => listPurged(some).every((name) => names.includes(name));
  return isSafe(names) ? names : names.filter((name) => isSafe([name]));
}

function listPurged(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const lines = runApt(['--simulate', ...names]).split('\n');
  return lines.flatMap((line) => /^(?:Purg|Remv) (\S+)/.exec(line)?.[1] ?? []);
}

function runApt(words: readonly string[]): string {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return execFileSync('apt-get', ['--quiet', 'purge', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env,
  });
}
