import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const LAUNCHER = fileURLToPath(new URL('../../packages/daemon/bin/configurable-http-proxy.js', import.meta.url));
const INSTALL = fileURLToPath(new URL('../../scripts/install-packages.mjs', import.meta.url));
/** Debian's own, with JupyterHub's tests in them; none of those is changed. */
const PACKAGES = ['jupyterhub', 'python3-pytest', 'python3-pytest-asyncio'];
const PYTHON_FOLDER = '/usr/lib/python3/dist-packages';
const BROUGHT = ['jupyterhub/tests/test_proxy.py', 'pytest/__init__.py', 'pytest_asyncio/__init__.py'];
const INSTALL_MS = 180_000;
const RUN_MS = 170_000;

const run = promisify(execFile);

describe('JupyterHub’s own tests of its proxy and of named servers', () => {
  let folder: string;
  let refusal: string | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-jupyterhub-'));
    await symlink(LAUNCHER, join(folder, 'configurable-http-proxy'));
    refusal = await installPackages();
    // There nobody reads a skip.
    if (refusal !== undefined && process.env['CI'] !== undefined) throw new Error(refusal);
  }, INSTALL_MS);

  afterAll(async () => {
    endAllOf(folder);
    await rm(folder, { recursive: true, force: true });
  });

  test('pass with Berth’s edge in its place', { timeout: RUN_MS }, async ({ skip }) => {
    skip(refusal !== undefined, refusal);
    const { cases, words } = await runPytest(folder);
    const failed = cases.filter((report) => /<(?:failure|error)\b/.test(report));
    expect(failed, words).toEqual([]);
    const skipped = cases.flatMap((report) => /<skipped [^>]*message="([^"]*)"/.exec(report)?.[1] ?? []);
    // The same two are skipped with the original: they want a DNS zone.
    expect(skipped).toEqual(['requires subdomains', 'requires subdomains']);
    expect(cases).toHaveLength(31 + 15 + skipped.length);
  });
});

/** Why they are not here and cannot be brought. */
async function installPackages(): Promise<string | undefined> {
  if (BROUGHT.every((path) => existsSync(join(PYTHON_FOLDER, path)))) return undefined;
  try {
    await run(process.execPath, [INSTALL, ...PACKAGES]);
    return undefined;
  } catch (error) {
    return (error as { stderr?: string }).stderr?.trim() ?? String(error);
  }
}

/** Those tests leave a server of a user's behind, and more when they are broken off; all have the folder on their PATH. */
function endAllOf(folder: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    try {
      if (readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
}

/** The reports of all cases, and what pytest said. */
async function runPytest(folder: string): Promise<{ readonly cases: readonly string[]; readonly words: string }> {
  const report = join(folder, 'report.xml');
  const modules = ['jupyterhub.tests.test_proxy', 'jupyterhub.tests.test_named_servers'];
  // The coroutines of these tests are marked for a plug-in of before; the mode says so to this one.
  const options = ['-p', 'no:cacheprovider', '-o', 'asyncio_mode=auto', '-q', '-W', 'ignore', `--junitxml=${report}`];
  const [program = '', ...argv] = [...(await findPython()), ...options, '--pyargs', ...modules];
  const env = { ...process.env, PATH: [folder, process.env['PATH'] ?? ''].join(delimiter) };
  const words = await run(program, argv, { cwd: folder, env, timeout: RUN_MS - 5_000 }).then(
    ({ stdout }) => stdout,
    (error: unknown) => (error as { stdout?: string }).stdout ?? String(error),
  );
  const xml = await readFile(report, 'utf8');
  return { cases: xml.split('<testcase ').slice(1), words };
}

/** Brings the loopback of a new network up (netdevice(7): SIOCSIFFLAGS, IFF_UP), then is pytest. */
const IN_OWN_NETWORK = `
import fcntl, socket, struct, sys
fcntl.ioctl(socket.socket(), 0x8914, struct.pack('16sh', b'lo', 1))
import pytest
sys.exit(pytest.main(sys.argv[1:]))
`;

/**
 * Some tests want ports such as 55432, which the system may have lent to a connection of other tests: where this machine
 * allows it they have a network of their own, which ends with them.
 */
async function findPython(): Promise<readonly string[]> {
  return run('unshare', ['--net', 'true']).then(
    () => ['unshare', '--net', '/usr/bin/python3', '-c', IN_OWN_NETWORK],
    () => ['/usr/bin/python3', '-m', 'pytest'],
  );
}
