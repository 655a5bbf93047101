import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PROJECTS = ['.', 'packages/spec', 'packages/client', 'packages/cli', 'packages/daemon'];

type Part = { readonly name: string; readonly command: readonly [string, ...string[]] };

const PARTS: readonly Part[] = [
  ...PROJECTS.map((path): Part => ({ name: `types ${path}`, command: ['tsc', '-p', path] })),
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', command: ['biome', 'format', '.'] },
  { name: 'dead code', command: ['knip', '--no-config-hints'] },
  { name: 'laws', command: ['vitest', 'run', '--project', 'law'] },
];

const began = performance.now();
const results = await Promise.all(PARTS.map(run));
const failures = results.filter(({ code }) => code !== 0);
for (const { name, output } of failures) console.log(`\n── ${name}\n${output.trim()}`);
console.log(`\n${results.length - failures.length} of ${results.length} parts passed in ${renderSeconds(began)}`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function run({ name, command: [tool, ...args] }: Part) {
  const start = performance.now();
  const child = spawn(process.execPath, [findTool(tool), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) },
  });
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [code, ...output] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${renderSeconds(start)}  ${name}`);
  return { name, code, output: output.join('') };
}

/** The tools are run by this very Node: the one in their first line may be the machine's, and too old. */
function findTool(name: string): string {
  return `${ROOT}node_modules/.bin/${name}`;
}

function renderSeconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
