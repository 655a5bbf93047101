import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { waitFor } from '../harness/deadline.ts';
import { findFreePort } from '../harness/free-port.ts';
import { ensureImage } from '../harness/image.ts';
import { describeWithEngine } from '../harness/with-engine.ts';
import { visit } from './visitor.ts';

const LAUNCHER = fileURLToPath(new URL('../../packages/cli/bin/berth.js', import.meta.url));
const BARE = { BERTH_URL: undefined, BERTH_TOKEN: undefined };

interface Ending {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface Running {
  readonly child: ChildProcess;
  readonly ending: Promise<Ending>;
}

describeWithEngine('berth', (engineSocket) => {
  let daemon: RunningDaemon;
  let home: string;

  beforeAll(async () => {
    for (const image of ['web', 'exit', 'silent', 'worker'] as const) await ensureImage(engineSocket, image);
    await ensureImage(engineSocket, 'web', 2);
    home = await mkdtemp(join(tmpdir(), 'berth-cli-'));
    daemon = await startDaemon({ engineSocket });
  });

  afterAll(async () => {
    await daemon.stop();
    await rm(home, { recursive: true, force: true });
  });

  /** Starts the launcher as a person without any settings would, but for the daemon's address and token. */
  function start(
    words: readonly string[],
    { env = {}, input = '' }: { env?: NodeJS.ProcessEnv; input?: string } = {},
  ): Running {
    const child = spawn(process.execPath, [LAUNCHER, ...words], {
      cwd: home,
      env: { PATH: process.env['PATH'], HOME: home, BERTH_URL: daemon.apiUrl, BERTH_TOKEN: daemon.adminToken, ...env },
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const { promise, resolve, reject } = Promise.withResolvers<number | null>();
    child.on('error', reject);
    child.on('close', resolve);
    const ending = Promise.all([promise, text(child.stdout), text(child.stderr)]).then(([code, out, err]) => ({
      code,
      out,
      err,
    }));
    return { child, ending };
  }

  const berth = (...words: string[]): Promise<Ending> => start(words).ending;

  async function json(...words: string[]) {
    const { code, out } = await berth(...words, '--json');
    // oxlint-disable-next-line typescript/no-unsafe-return -- a test reads what came
    return { code, document: JSON.parse(out) };
  }

  async function deploy(app: string, image = 'berth-test/web:1', ...options: string[]): Promise<void> {
    const { code, err } = await berth('deploy', app, '--image', image, ...options);
    expect(code, err).toBe(0);
  }

  const page = async (app: string) => (await visit(daemon.edgePort, `${app}.localhost`)).body;

  describe('deploy', () => {
    test('waits, gives the address alone on standard output, and says on standard error how it goes', async () => {
      const { code, out, err } = await berth('deploy', 'first', '--image', 'berth-test/web:1');
      expect({ code, out }).toEqual({ code: 0, out: `http://first.localhost:${daemon.edgePort}\n` });
      expect(err).toContain('first: starting instances');
      expect(err).toContain('✔ first  release 1 is up');
      expect(await page('first')).toContain('version 1');
    });

    test('keeps what the app has, and changes what is said', async () => {
      await deploy('kept', 'berth-test/web:1', '-e', 'A=1', '-e', 'B=2', '-v', 'data:/data', '--replicas', '2');
      await deploy('kept', 'berth-test/web:2', '-e', 'B=3');
      const { document } = await json('status', 'kept');
      expect(document).toMatchObject({
        release: 2,
        replicas: 2,
        image: 'berth-test/web:2',
        spec: { env: { A: '1', B: '3' } },
      });
      expect(document.spec.volumes).toEqual([{ name: 'data', path: '/data', readOnly: false }]);
      await deploy('kept', 'berth-test/web:1', '--replace');
      expect((await json('status', 'kept')).document.spec).toMatchObject({ env: {}, volumes: [] });
    });

    test('takes a whole spec from a file, checks it without a change, and runs another command', async () => {
      const spec = {
        name: 'filed',
        image: 'berth-test/web:1',
        ports: [{ containerPort: 8080 }],
        env: { FROM: 'file' },
      };
      await writeFile(join(home, 'berth.json'), JSON.stringify(spec));
      const dry = await json('deploy', '-f', 'berth.json', '--dry-run');
      expect(dry).toMatchObject({ code: 0, document: { operation: { app: 'filed' } } });
      expect((await berth('status', 'filed')).code).toBe(1);
      const { code, err } = await berth('deploy', '-f', 'berth.json', '--no-health', '--', 'sleep', '1000');
      expect(code, err).toBe(0);
      const { document } = await json('status', 'filed');
      expect(document.spec).toMatchObject({
        command: ['sleep', '1000'],
        env: { FROM: 'file' },
        health: { kind: 'none' },
      });
    });

    test('that fails ends with 1, the reason, the last lines and what to do, while the old release serves', async () => {
      await deploy('careful');
      const { code, out, err } = await berth('deploy', 'careful', '--image', 'berth-test/exit:1');
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toContain('✖ The release did not come up');
      expect(err).toContain('exit code 3');
      expect(err).toContain('│ last words');
      expect(err).toContain('Release 1 goes on serving');
      expect(err).toContain('`berth releases careful`');
      expect(await page('careful')).toContain('version 1');
      const failed = await json('deploy', 'careful', '--image', 'berth-test/exit:1');
      expect(failed).toMatchObject({ code: 1, document: { code: 'deploy-failed', app: 'careful' } });
    });

    test('goes on after Ctrl-C, and one can follow it', async () => {
      const { child, ending } = start([
        'deploy',
        'slow',
        '--image',
        'berth-test/silent:1',
        '-p',
        '8080',
        '--start-timeout',
        '5s',
      ]);
      await waitFor(async () => (await berth('status', 'slow')).code === 0, { deadlineMs: 20_000 });
      child.kill('SIGINT');
      const { code, err } = await ending;
      expect(code, err).toBe(130);
      const [, id = ''] = /berth ops follow ([0-9a-f-]+)/.exec(err) ?? [];
      const followed = await berth('ops', 'follow', id);
      expect(followed.code).toBe(1);
      expect(followed.out).toContain('did not answer on port 8080');
    });

    test('names every field that is wrong', async () => {
      const { code, err } = await berth('deploy', 'Wrong', '--image', 'berth-test/web:1');
      expect(code).toBe(1);
      expect(err).toContain('✖ A field is not valid: name: must be lower-case letters');
      const two = await berth('deploy', 'wrong', '-i', 'NOT AN IMAGE', '--workdir', 'relative');
      expect(two.err).toContain('  image: must be an image reference');
      expect(two.err).toContain('  workingDirectory: must start with /');
    });
  });

  describe('an app', () => {
    beforeAll(() => deploy('shop'));

    test('is listed, with its state and address', async () => {
      const { code, out } = await berth('ls');
      expect(code).toBe(0);
      expect(out).toMatch(/^NAME +STATE +READY +IMAGE +URL +AGE$/m);
      expect(out).toMatch(
        new RegExp(`^shop +running +1/1 +berth-test/web:1 +http://shop\\.localhost:${daemon.edgePort} `, 'm'),
      );
      const { document } = await json('ls');
      expect(document.items.map((app: { name: string }) => app.name)).toContain('shop');
      expect((await berth('ls', '-q')).out.split('\n')).toContain('shop');
    });

    test('is shown down to its instances', async () => {
      const { out } = await berth('status', 'shop');
      expect(out).toContain('shop  running  1 of 1 ready');
      expect(out).toMatch(/^[0-9a-f]{12} +1 +running +healthy +yes +0 /m);
    });

    test('runs commands: output, input and exit code are theirs', async () => {
      expect(await berth('exec', 'shop', 'echo', 'hello', '--json')).toEqual({
        code: 0,
        out: 'hello --json\n',
        err: '',
      });
      expect(await berth('exec', 'shop', '--', 'sh', '-c', 'echo oops >&2; exit 7')).toEqual({
        code: 7,
        out: '',
        err: 'oops\n',
      });
      const lines = 'line\n'.repeat(50_000);
      expect((await start(['exec', 'shop', 'cat'], { input: lines }).ending).out).toBe(lines);
      expect((await start(['exec', '--no-stdin', 'shop', 'cat'], { input: 'unread' }).ending).out).toBe('');
      const { out } = await berth('exec', '--json', 'shop', 'sh', '-c', 'echo out; echo err >&2; exit 3');
      expect(JSON.parse(out)).toEqual({ exit: 3, stdout: 'out\n', stderr: 'err\n' });
    });

    test('shows what it writes', async () => {
      await deploy('noisy', 'berth-test/worker:1', '--no-health');
      await waitFor(async () => (await berth('logs', 'noisy')).out.includes('work 2'), { deadlineMs: 20_000 });
      expect((await berth('logs', 'noisy', '--tail', '1')).out.trim().split('\n').length).toBe(1);
      expect((await berth('logs', 'noisy', '-t')).out).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z work 1$/m);
      const { child, ending } = start(['logs', '-f', 'noisy', '--json']);
      let seen = '';
      child.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()));
      await waitFor(() => seen.trim().split('\n').length > 3, { deadlineMs: 20_000 });
      child.kill('SIGINT');
      const { code, out, err } = await ending;
      expect({ code, err }).toEqual({ code: 130, err: '' });
      expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({ stream: 'stdout', line: 'work 1' });
    });

    test('says what it uses', async () => {
      expect((await berth('stats', 'shop', '--no-stream')).out).toMatch(/^shop +[0-9a-f]{12} +[\d.]+ % /m);
      const { document } = await json('stats', 'shop', '--no-stream');
      expect(document.items).toMatchObject([{ app: 'shop', pids: expect.any(Number) }]);
    });

    test('is copied to and from', async () => {
      await mkdir(join(home, 'site', 'sub'), { recursive: true });
      await writeFile(join(home, 'site', 'sub', 'a.txt'), 'copied');
      expect((await berth('cp', './site', 'shop:/www')).code).toBe(0);
      expect((await visit(daemon.edgePort, 'shop.localhost', { path: '/site/sub/a.txt' })).body).toBe('copied');
      expect((await berth('cp', 'shop:/www/site', './back')).code).toBe(0);
      expect(await readFile(join(home, 'back', 'sub', 'a.txt'), 'utf8')).toBe('copied');
      expect((await berth('cp', './site/.', 'shop:/www')).code).toBe(0);
      expect((await berth('exec', 'shop', 'cat', '/www/sub/a.txt')).out).toBe('copied');
      expect((await berth('cp', 'shop:/nosuch', '.')).err).toContain('There is no such file in the instance');
    });

    test('gets domains and loses them', async () => {
      expect((await berth('domains', 'add', 'shop', 'https://Other.example.org/')).code).toBe(0);
      expect((await visit(daemon.edgePort, 'other.example.org')).status).toBe(200);
      expect((await berth('domains', 'ls', 'shop')).out).toMatch(/^other\.example\.org +\/$/m);
      expect((await berth('domains', 'rm', 'shop', 'other.example.org')).code).toBe(0);
      expect((await visit(daemon.edgePort, 'other.example.org')).status).toBe(404);
    });

    test('leads visitors elsewhere, or has them read why it is closed', async () => {
      const moved = 'old.example.org';
      expect((await berth('domains', 'add', 'shop', moved, '--redirect-to', 'https://new.example.org')).code).toBe(0);
      expect(await visit(daemon.edgePort, moved, { path: '/a?b=c' })).toMatchObject({
        status: 308,
        body: expect.stringContaining('https://new.example.org/a?b=c'),
      });
      expect((await berth('domains', 'rm', 'shop', moved)).code).toBe(0);
      expect((await berth('maintenance', 'on', 'shop', '-m', 'Back at noon.')).code).toBe(0);
      expect(await visit(daemon.edgePort, 'shop.localhost')).toMatchObject({
        status: 503,
        body: expect.stringContaining('Back at noon.'),
      });
      expect((await berth('status', 'shop')).out).toMatch(/^ *Maintenance +Back at noon\.$/m);
      expect((await berth('maintenance', 'off', 'shop')).code).toBe(0);
      expect((await visit(daemon.edgePort, 'shop.localhost')).status).toBe(200);
      expect((await json('status', 'shop')).document).toMatchObject({ release: 1, maintenance: null });
    });

    test('leaves a trail of releases, operations and events', async () => {
      expect((await berth('releases', 'shop')).out).toMatch(/^ +1 +serving +berth-test\/web:1 /m);
      expect((await berth('ops', '--app', 'shop')).out).toMatch(/ shop +deploy +succeeded +admin /);
      expect((await berth('events', '--app', 'shop')).out).toContain('operation.succeeded');
      const events = (await berth('events', '--app', 'shop', '--json')).out.trim().split('\n');
      expect(events.map((line) => JSON.parse(line).app)).toEqual(events.map(() => 'shop'));
    });
  });

  describe('verbs', () => {
    test('act on several apps at once, one line each, and fail when one of them does', async () => {
      await Promise.all([deploy('one'), deploy('two')]);
      const { code, out, err } = await berth('stop', 'one', 'two', 'nosuch');
      expect(code).toBe(1);
      expect(out).toMatch(/^✔ one {2}stopped/m);
      expect(out).toMatch(/^✔ two {2}stopped/m);
      expect(err).toContain('✖ nosuch  There is no such app');
      expect((await berth('exec', 'one', 'ls')).err).toContain('Nothing runs that could run it: one is stopped.');
      const started = await json('start', 'one', 'two');
      expect(started.code).toBe(0);
      const results = started.document.results as { app: string; operation: { state: string } }[];
      expect(results.map(({ app, operation }) => [app, operation.state])).toEqual([
        ['one', 'succeeded'],
        ['two', 'succeeded'],
      ]);
      expect((await berth('rm', 'one', 'two')).code).toBe(0);
      expect((await berth('status', 'one')).code).toBe(1);
    });

    test('scale, restart and roll back', async () => {
      await deploy('grown');
      expect((await berth('scale', 'grown', '3')).code).toBe(0);
      expect((await json('status', 'grown')).document).toMatchObject({ replicas: 3, ready: 3 });
      expect((await berth('restart', 'grown')).out).toMatch(/^✔ grown {2}restarted/);
      await deploy('grown', 'berth-test/web:2');
      expect(await page('grown')).toContain('version 2');
      expect((await berth('rollback', 'grown')).out).toMatch(/^✔ grown {2}rolled back, as release 3/);
      expect(await page('grown')).toContain('version 1');
      expect((await berth('rm', 'grown', '--all-volumes')).err).toContain('Say so with --yes.');
      expect((await berth('rm', 'grown', '--all-volumes', '--yes')).code).toBe(0);
    });
  });

  describe('people', () => {
    test('log in once, and are known from then on', async () => {
      expect((await berth('users', 'add', 'ada')).code).toBe(0);
      const { out: secret, err } = await berth(
        'tokens',
        'create',
        '--user',
        'ada',
        '--scope',
        'read,deploy',
        '--label',
        'laptop',
      );
      expect(secret).toMatch(/^berth_\S+\n$/);
      expect(err).toContain('it is not shown again');
      const login = await start(['login', daemon.apiUrl], { env: BARE, input: secret }).ending;
      expect(login.out).toContain(`You are ada at ${daemon.apiUrl}`);
      expect((await start(['whoami'], { env: BARE }).ending).out).toMatch(/^Scopes +read, deploy$/m);
      const refused = await start(['exec', 'shop', 'ls'], { env: BARE }).ending;
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('There is no such app') });
      expect((await start(['logout'], { env: BARE }).ending).code).toBe(0);
      const [id = ''] = /^\S+(?= +ada )/m.exec((await berth('tokens')).out) ?? [];
      expect(await berth('tokens', 'rm', id)).toEqual({ code: 0, out: `✔ ${id}  removed\n`, err: '' });
      const gone = await start(['ls'], { env: { BERTH_TOKEN: secret.trim() } }).ending;
      expect(gone).toMatchObject({ code: 1, err: expect.stringContaining('berth login') });
      expect((await berth('users', 'rm', 'ada')).code).toBe(0);
    });

    test('keep registry credentials, whose passwords are nowhere on a command line', async () => {
      const words = ['credentials', 'add', 'hub', '--registry', 'registry.example.org', '--username', 'ada'];
      expect((await start(words, { input: 'harbour\n' }).ending).code).toBe(0);
      expect((await berth('credentials')).out).toMatch(/^hub +registry\.example\.org +ada /m);
      expect(await start(words).ending).toMatchObject({
        code: 2,
        err: expect.stringContaining('There is no password'),
      });
      expect((await berth('credentials', 'rm', 'hub')).code).toBe(0);
    });
  });

  test('serve starts the daemon, hands the signal on and ends with it', async () => {
    const [api, edge] = await Promise.all([findFreePort(), findFreePort()]);
    const data = join(home, 'served');
    const env = {
      ...BARE,
      BERTH_SITE: `test-serve-${api}`,
      BERTH_API_LISTEN: `127.0.0.1:${api}`,
      BERTH_EDGE_HTTP: `127.0.0.1:${edge}`,
      BERTH_EDGE_HTTPS: 'off',
      DOCKER_HOST: `unix://${engineSocket}`,
    };
    const { child, ending } = start(['serve', '--data', data], { env });
    const url = `http://${env.BERTH_API_LISTEN}`;
    await waitFor(async () => (await fetch(`${url}/readyz`)).status === 200, { deadlineMs: 30_000 });
    const here = { BERTH_URL: url, BERTH_TOKEN: undefined, BERTH_DATA: data };
    expect((await start(['whoami'], { env: here }).ending).out).toContain(`from ${join(data, 'admin.token')}`);
    child.kill('SIGINT');
    expect((await ending).code).toBe(0);
    expect((await start(['ls'], { env: here }).ending).err).toContain('`berth serve`');
  });

  test('serve that cannot start says why, and ends as the daemon does', async () => {
    const { code, err } = await start(['serve'], { env: { BERTH_NO_SUCH_SETTING: '1' } }).ending;
    expect(code).toBe(2);
    expect(err).toContain('The variable BERTH_NO_SUCH_SETTING is no setting of Berth.');
  });

  test.each([
    [['ls'], {}],
    [['engines'], {}],
    [['images'], {}],
    [['users'], {}],
    [['tokens'], {}],
    [['credentials'], {}],
    [['whoami'], {}],
    [['version'], {}],
    [['ops'], {}],
    [['status', 'nosuch'], {}],
    [['frob'], {}],
    [['ls'], { BERTH_TOKEN: 'wrong' }],
    [['ls'], { BERTH_URL: 'http://127.0.0.1:9' }],
  ])('%j --json prints one document and nothing else (%j)', async (words, env) => {
    const { out } = await start([...words, '--json'], { env }).ending;
    expect(out.endsWith('\n')).toBe(true);
    expect(typeof JSON.parse(out)).toBe('object');
  });
});
