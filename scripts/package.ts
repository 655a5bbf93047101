import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PACKAGES = ['spec', 'client', 'cli'] as const;

type Manifest = { readonly files: readonly string[]; readonly publishConfig: Readonly<Record<string, unknown>> };

execFileSync(process.execPath, [`${ROOT}node_modules/.bin/tsc`, '-b', ...PACKAGES.map(findProject)], {
  stdio: 'inherit',
});
const complaints = await Promise.all(PACKAGES.map(stage));
for (const complaint of complaints.flat()) console.log(complaint);
process.exitCode = complaints.flat().length === 0 ? 0 : 1;

/** Lays the package out as it is published, in `dist/npm/`: npm itself takes no `exports` from `publishConfig`. */
async function stage(name: string): Promise<readonly string[]> {
  const [from, to] = [`${ROOT}packages/${name}`, `${ROOT}dist/npm/${name}`];
  const manifest = JSON.parse(readFileSync(`${from}/package.json`, 'utf8')) as Manifest;
  const { access, ...published } = manifest.publishConfig;
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  for (const path of [...manifest.files, 'README.md']) cpSync(`${from}/${path}`, `${to}/${path}`, { recursive: true });
  rmSync(`${to}/dist/.tsbuildinfo`, { force: true });
  cpSync(`${ROOT}LICENSE`, `${to}/LICENSE`);
  const whole = { ...manifest, ...published, publishConfig: { access } };
  writeFileSync(`${to}/package.json`, `${JSON.stringify(whole, null, 2)}\n`);
  return lint(to, whole);
}

async function lint(pkgDir: string, manifest: Record<string, unknown>): Promise<readonly string[]> {
  const { messages } = await publint({ pkgDir, pack: false, strict: true });
  return messages.map((message) => `${String(manifest['name'])}: ${formatMessage(message, manifest) ?? message.code}`);
}

function findProject(name: string): string {
  return `${ROOT}packages/${name}/tsconfig.build.json`;
}
