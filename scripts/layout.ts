import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { obtainBuild } from './build/obtain-build.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const TARGET = `${ROOT}dist/berth`;

await layOut();
console.log(`Berth is in ${TARGET}: it belongs into /usr/lib/berth.`);

/** All that a machine needs to run Berth, in one folder: the programs as plain JavaScript, and the Node that runs them. */
async function layOut(): Promise<void> {
  rmSync(TARGET, { recursive: true, force: true });
  for (const folder of ['bin', 'lib', 'data']) mkdirSync(`${TARGET}/${folder}`, { recursive: true });
  cpSync(process.execPath, `${TARGET}/bin/node`);
  cpSync(`${ROOT}packaging/berth`, `${TARGET}/bin/berth`);
  chmodSync(`${TARGET}/bin/node`, 0o755);
  layOutLibrary();
  take('LICENSE');
  take('packaging/systemd');
  take('packages/daemon/bin/berth-daemon.js');
  take('packages/daemon/package.json');
  cpSync(await obtainBuild(), `${TARGET}/packages/daemon/dist`, { recursive: true });
  take('packages/cli/bin/berth.js');
  take('packages/cli/package.json');
  await bundleCommand(`${TARGET}/packages/cli/dist/main.js`);
}

function take(path: string): void {
  cpSync(`${ROOT}${path}`, `${TARGET}/${path}`, { recursive: true });
}

/** Node needs it, and a machine or an image with nothing more than it must has it not. */
function layOutLibrary(): void {
  const [, path] =
    /libatomic\.so\.1 => (\/\S+)/.exec(execFileSync('ldd', [process.execPath], { encoding: 'utf8' })) ?? [];
  if (path !== undefined) cpSync(realpathSync(path), `${TARGET}/lib/libatomic.so.1`);
}

async function bundleCommand(file: string): Promise<void> {
  const bundle = await rolldown({ cwd: ROOT, input: 'packages/cli/src/main.ts', platform: 'node' });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
}
