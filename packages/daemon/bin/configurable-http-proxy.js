#!/usr/bin/env node
// Plain JavaScript that an old Node can read: the system's Node runs this file, whatever its version.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const FLOOR = [24, 15];
const main = new URL('../src/chp.ts', import.meta.url);

if (isRecentEnough(process.versions.node)) {
  await import(main.href);
} else {
  respawn(findPackagedNode());
}

function isRecentEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1]);
}

function findPackagedNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`);
  } catch {
    process.stderr.write(
      `configurable-http-proxy needs Node ${FLOOR.join('.')} or newer and found ${process.version}; the packaged one ` +
        `is missing for ${process.platform}-${process.arch}. Install a newer Node, or reinstall without --omit=optional.\n`,
    );
    process.exit(1);
  }
}

function respawn(node) {
  // By the channel the proxy hears of the end of this process, however it comes: its port must not stay taken.
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // A terminal sends Ctrl-C to both of us; passing it on as well would look like a second, impatient one.
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on('SIGINT', () => onTerminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`configurable-http-proxy could not start ${node}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
