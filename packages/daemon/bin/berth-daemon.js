#!/usr/bin/env node
// Becomes the daemon: finds what was built of it, and turns this very process into it, with what keeps it small.
// Plain JavaScript: a program that had to be stripped of types would keep the stripper in memory.
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

// In a clone a build is made whenever the sources are others; a package carries its own.
const builder = new URL('../../../scripts/build/obtain-build.ts', import.meta.url);
const packaged = new URL('../dist/', import.meta.url);

try {
  const build = existsSync(builder) ? await makeBuild() : packaged;
  const { nodeFlags, processEnvironment } = await import(new URL('launch.js', build).href);
  const words = [process.execPath, ...nodeFlags, fileURLToPath(new URL('main.js', build)), ...process.argv.slice(2)];
  process.execve(process.execPath, words, { ...processEnvironment, ...process.env });
} catch (error) {
  process.stderr.write(`Berth cannot be started: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function makeBuild() {
  const { obtainBuild } = await import(builder.href);
  return pathToFileURL(`${await obtainBuild()}/`);
}
