// Plain JavaScript, and nothing but what Node 20 has: this runs before anything is installed.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { installPackages } from './install-packages.mjs';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** The oldest Node that can run Berth. */
const FLOOR = { major: 24, minor: 15 };

/**
 * Installs the dependencies when they are missing or old, and runs a TypeScript program of this folder on a Node that
 * can; ends with its exit code.
 * @param {URL} program
 */
export async function runOnRuntime(program) {
  try {
    if (!areDependenciesInstalled()) await installDependencies();
    await run(findRuntime(), [fileURLToPath(program), ...process.argv.slice(2)]);
  } catch (error) {
    console.error(`Berth: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

/** npm writes down what it has installed; it must be what the lock file wants, but for packages of other platforms. */
function areDependenciesInstalled() {
  const [wanted, installed] = ['package-lock.json', 'node_modules/.package-lock.json'].map(readPackages);
  return Object.entries(wanted ?? {}).every(([path, { version, optional, devOptional }]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed?.[path];
    return found === undefined ? Boolean(optional ?? devOptional) && !isForHere(path) : found.version === version;
  });
}

/** @param {string} file @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }> | undefined} */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(`${ROOT}${file}`, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** @param {string} path */
function isForHere(path) {
  return path === `node_modules/${renderRuntimeName()}`;
}

/** With the development packages whatever NODE_ENV says: the checks and tests are among them. */
async function installDependencies() {
  console.log('Berth: installing dependencies (npm ci) …');
  const words = ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional'];
  // npm says where it is when it runs a script; else it is in the path.
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const [command = 'npm', ...first] = npm;
  await run(command, [...first, ...words]);
  if (process.exitCode) throw new Error('npm could not install the dependencies; its words stand above.');
}

/** The Node that the dependencies bring, else the one that runs this if it is new enough. */
function findRuntime() {
  const packaged = `${ROOT}node_modules/${renderRuntimeName()}/bin/node`;
  if (existsSync(packaged)) {
    const complaint = makeRunnable(packaged);
    if (complaint === undefined) return packaged;
    if (!isNewEnough()) throw new Error(`The packaged Node does not run here: ${complaint}`);
  }
  if (isNewEnough()) return process.execPath;
  const floor = `${FLOOR.major}.${FLOOR.minor}`;
  throw new Error(
    `Berth needs Node ${floor} or newer; this is ${process.version}, and npm has none for this platform.`,
  );
}

/**
 * Installs the library that small images lack; returns what is still in the way. npm puts the packaged Node before any
 * other: while it does not run it is taken out of that place, or the next `npm start` would end before its first line.
 * @param {string} node
 */
function makeRunnable(node) {
  const link = `${ROOT}node_modules/.bin/node`;
  if (findComplaint(node) !== undefined) rmSync(link, { force: true });
  if (findComplaint(node)?.includes('libatomic')) installPackages(['libatomic1']);
  const complaint = findComplaint(node);
  if (complaint === undefined && !existsSync(link)) symlinkSync(`../${renderRuntimeName()}/bin/node`, link);
  return complaint;
}

function renderRuntimeName() {
  return `node-${process.platform}-${process.arch}`;
}

/** Why a program does not run, in its loader's words. @param {string} node */
function findComplaint(node) {
  try {
    execFileSync(node, ['--version'], { stdio: ['ignore', 'ignore', 'pipe'] });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isNewEnough() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > FLOOR.major || (major === FLOOR.major && minor >= FLOOR.minor);
}

/** Signals are handed on and the child's end is ours: it has something to clear up. @param {string} command @param {string[]} args */
function run(command, args) {
  const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      resolve(undefined);
    });
  });
}
