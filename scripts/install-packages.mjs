// Plain JavaScript, and nothing but what Node 20 has: a Node that lacks a library of the system cannot help itself.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../.berth/', import.meta.url));
const POLICY = '/usr/sbin/policy-rc.d';
const POLICY_TEXT = '#!/bin/sh\n# By Berth, while it installs packages.\nexit 101\n';

/**
 * Installs packages of the system; says so first, and writes down what was new, so that it can be taken away again.
 * Throws a sentence for the user where this may or can not be done.
 * @param {readonly string[]} names
 */
export function installPackages(names) {
  const command = ['apt-get', 'install', '--yes', '--no-install-recommends', ...names];
  const refusal = findRefusal();
  if (refusal !== undefined)
    throw new Error(`${names.join(', ')} must be installed, but ${refusal}. By hand: ${command.join(' ')}`);
  console.log(`Berth: installing packages of the system: ${command.join(' ')}`);
  const before = new Set(listInstalled());
  withoutServices(() => {
    runApt(['update']);
    runApt(command.slice(1));
  });
  const added = listInstalled().filter((name) => !before.has(name));
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  writeFileSync(`${FOLDER}.gitignore`, '*\n');
  appendFileSync(
    `${FOLDER}brought.jsonl`,
    added.map((name) => `${JSON.stringify({ kind: 'package', name })}\n`).join(''),
  );
}

/** Completes "but …". */
function findRefusal() {
  if (process.env.BERTH_NO_INSTALL === '1') return 'BERTH_NO_INSTALL=1 forbids it';
  if (!isDebian()) return 'Berth can do that on Debian and Ubuntu only';
  if (process.getuid?.() !== 0) return 'that takes root';
  return undefined;
}

function isDebian() {
  if (!existsSync('/etc/os-release')) return false;
  return (
    /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8')) && existsSync('/usr/bin/apt-get')
  );
}

function listInstalled() {
  return execFileSync('dpkg-query', ['--show', '--showformat', '${db:Status-Status} ${Package}\n'], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter((line) => line.startsWith('installed '))
    .map((line) => line.slice('installed '.length));
}

/**
 * A package that is installed starts its service at once: nobody asked for a registry on port 5000. Ctrl-C ends
 * apt-get; here it is held off until the policy is gone.
 * @param {() => void} install
 */
function withoutServices(install) {
  if (existsSync(POLICY) && readFileSync(POLICY, 'utf8') !== POLICY_TEXT) return install();
  const hold = () => {};
  process.on('SIGINT', hold);
  writeFileSync(POLICY, POLICY_TEXT, { mode: 0o755 });
  try {
    install();
  } finally {
    rmSync(POLICY);
    process.off('SIGINT', hold);
  }
}

/** Its many words are shown only when it fails. @param {string[]} words */
function runApt(words) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    execFileSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '--quiet', ...words], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error);
    throw new Error(`apt-get ${words.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

/** As a program it takes the names as words: the TypeScript parts start it that way. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    installPackages(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
