import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { runWords } from './test-world.contract.ts';

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers as a test says; gives its address. */
async function serve(handler: Handler): Promise<string> {
  server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
  response.end(JSON.stringify(body));
}

const problem = {
  type: 'urn:berth:problem:app-not-found',
  code: 'app-not-found',
  title: 'There is no such app',
  status: 404,
  detail: 'There is no app "shop".',
  retryable: false,
};

const operation = {
  id: 'op-1',
  kind: 'stop',
  app: 'shop',
  owner: 'ada',
  actor: 'ada',
  release: null,
  state: 'running',
  phase: 'accepted',
  progress: null,
  detail: 'Accepted.',
  problem: null,
  logTail: [],
  createdAt: '2026-11-20T12:00:00.000Z',
  endedAt: null,
};

const ended = { ...operation, state: 'succeeded', phase: 'done', detail: 'Done.', endedAt: '2026-11-20T12:00:01.500Z' };

describe('words that are not understood', () => {
  test.each([
    [['depoly'], 'Unknown command "depoly"', 'Did you mean deploy?'],
    [['tokens', 'crate'], 'Unknown command "crate"', 'Did you mean create?'],
    [['ls', '--stat', 'x'], 'Unknown option "--stat"', 'Did you mean --state?'],
    [['ls', '--state', 'fine'], '--state must be one of deploying', ''],
    [['deploy', 'shop', '--memory', '5x'], '--memory must be a size such as 512m or 2g, not "5x"', ''],
    [['deploy', 'shop', 'sleep', '60'], '"sleep" is one word too many', '`--`'],
    [['status'], 'Missing required argument "apps"', '--help'],
    [['scale', 'shop'], 'Scale which app to how many?', 'berth scale shop 3'],
    [['domains', 'add', 'shop', 'a.example.org', '--drop-path'], 'Redirect to where?', '--redirect-to'],
    [['ls', '--url', 'ftp://x'], '--url must be the address of a Berth daemon', ''],
  ])('%j end with 2, and what was meant', async (words, title, nextStep) => {
    const { code, out, err } = await runWords(words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(title);
    expect(err).toContain(nextStep);
  });

  test('are a document for a program', async () => {
    const { code, out } = await runWords(['frob', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ code: 'usage', title: 'Unknown command "frob"' });
  });

  test('are a failure for a group, and a welcome without any word', async () => {
    expect(await runWords(['domains'])).toMatchObject({ code: 2, err: '' });
    expect(await runWords([])).toMatchObject({ code: 0, err: '' });
    expect((await runWords(['deploy', '--help'])).out).toContain('berth deploy shop --image');
    expect(await runWords(['--version'])).toMatchObject({ code: 0, out: '1.2.3\n' });
  });
});

describe('a daemon', () => {
  test('that does not answer is named, with how to start it', async () => {
    const url = await serve(() => {});
    server?.close();
    const { code, out, err } = await runWords(['ls', '--url', url]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`Berth does not answer at ${url}: Nothing listens there.`);
    expect(err).toContain('`berth serve`');
  });

  test('that knows no token says how to log in', async () => {
    const document = { ...problem, code: 'unauthenticated', title: 'A valid bearer token is needed', status: 401 };
    const url = await serve((_request, response) => answer(response, 401, document));
    const { code, err } = await runWords(['ls', '--url', url]);
    expect(code).toBe(1);
    expect(err).toContain(`You are not logged in to ${url}`);
    expect(err).toContain(`berth login ${url}`);
  });

  test('that is something else is not believed', async () => {
    const url = await serve((_request, response) => response.writeHead(502).end('<html>Bad gateway</html>'));
    expect((await runWords(['ls', '--url', url])).err).toContain(
      `The answer from ${url} is not Berth's: Its status is 502.`,
    );
  });

  test('that refuses gives a program its own problem, and nothing else', async () => {
    const url = await serve((_request, response) => answer(response, 404, problem));
    const { code, out, err } = await runWords(['status', 'shop', '--json', '--url', url]);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual(problem);
    expect(err).toContain('`berth ls` lists your apps.');
  });

  test('is shown the token, and options may stand before the command', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.authorization);
      answer(response, 200, { items: [], next: null });
    });
    expect(await runWords(['--url', url, '--token', 'berth_x', '--json', 'ls'])).toMatchObject({
      code: 0,
      out: '{"items":[],"next":null}\n',
    });
    expect(seen).toEqual(['Bearer berth_x']);
  });

  test('gives a long list page by page', async () => {
    const url = await serve((request, response) => {
      const isSecond = request.url?.includes('cursor=two') === true;
      answer(response, 200, { items: [{ ...ended, id: isSecond ? 'b' : 'a' }], next: isSecond ? null : 'two' });
    });
    const { out } = await runWords(['ops', '--json', '--url', url]);
    expect((JSON.parse(out) as { items: { id: string }[] }).items.map(({ id }) => id)).toEqual(['a', 'b']);
  });
});

describe('an operation', () => {
  const accept: Handler = (_request, response) =>
    answer(response, 200, { results: [{ app: 'shop', operation, problem: null }] });

  function follow(response: ServerResponse, ...states: unknown[]): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const state of states) response.write(`event: operation\ndata: ${JSON.stringify(state)}\n\n`);
  }

  test('is followed to its end', async () => {
    const url = await serve((request, response) => {
      if (request.method === 'POST') return accept(request, response);
      follow(response, { ...operation, phase: 'draining' }, ended);
      response.end();
    });
    const { code, out, err } = await runWords(['stop', 'shop', '--url', url]);
    expect({ code, out }).toEqual({ code: 0, out: '✔ shop  stopped  1.5 s\n' });
    expect(err).toBe('shop: letting requests end\n');
  });

  test('is followed on when the connection broke off in between', async () => {
    let streams = 0;
    const url = await serve((request, response) => {
      if (request.method === 'POST') return accept(request, response);
      streams += 1;
      if (streams > 1) follow(response, ended);
      else follow(response, { ...operation, phase: 'draining' });
      setImmediate(() => response.destroy());
    });
    const { code, out, err } = await runWords(['stop', 'shop', '--url', url]);
    expect({ code, out }).toEqual({ code: 0, out: '✔ shop  stopped  1.5 s\n' });
    expect(err).toContain('shop: Berth does not answer; waiting for it');
  });

  test('that failed makes the whole fail, and names its reason', async () => {
    const failed = {
      ...ended,
      state: 'failed',
      problem: { ...problem, code: 'engine-failed', title: 'The engine failed', detail: 'It said so.' },
    };
    const url = await serve((request, response) => {
      if (request.method === 'POST') return accept(request, response);
      follow(response, failed);
      response.end();
    });
    expect(await runWords(['stop', 'shop', '--url', url])).toMatchObject({
      code: 1,
      out: '✖ shop  stop failed  The engine failed: It said so.\n',
    });
    const { out } = await runWords(['stop', 'shop', '--json', '--url', url]);
    expect(JSON.parse(out)).toMatchObject({
      results: [{ app: 'shop', operation: { state: 'failed' }, problem: { code: 'engine-failed' } }],
    });
  });

  test('goes on after Ctrl-C, and one is told how to follow it', async () => {
    const controller = new AbortController();
    const url = await serve((request, response) => {
      if (request.method === 'POST') return accept(request, response);
      follow(response, operation);
      controller.abort();
    });
    const { code, err } = await runWords(['stop', 'shop', '--url', url], {}, controller.signal);
    expect(code).toBe(130);
    expect(err).toContain('The stop of shop goes on. Follow it with `berth ops follow op-1`');
  });
});

test('Ctrl-C ends what would go on for ever without a word', async () => {
  const controller = new AbortController();
  const url = await serve((request, response) => {
    if (request.url?.includes('/status') === true) return answer(response, 200, { instances: [] });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: line\ndata: {"instance":"a","stream":"stdout","at":null,"line":"hi"}\n\n');
    setTimeout(() => controller.abort(), 20);
  });
  expect(await runWords(['logs', '-f', 'shop', '--url', url], {}, controller.signal)).toEqual({
    code: 130,
    out: 'hi\n',
    err: '',
  });
});

test('uptime is told in words, with what is more to be read', async () => {
  const [since, until] = ['2026-11-01T00:00:00.000Z', '2026-11-11T00:00:00.000Z'];
  const asked: unknown[] = [];
  const url = await serve((request, response) => {
    asked.push(request.url);
    answer(response, 200, {
      app: 'shop',
      id: 'a',
      instance: null,
      since,
      until,
      availability: 99.5,
      seconds: { running: 859_680, notRunning: 4320, unknown: 0 },
      states: { running: 859_680, starting: 0, down: 20, paused: 0, stopped: 4300, completed: 0, unknown: 0 },
      intervals: [{ since, until, state: 'down' }],
      buckets: null,
      instances: null,
      next: until,
    });
  });
  const { code, out, err } = await runWords(['uptime', 'shop', '--since', '10d', '--url', url]);
  expect(code, err).toBe(0);
  expect(asked).toEqual(['/v1/apps/shop/uptime?since=10d&instances=false']);
  expect(out).toMatch(/^Availability +99\.5 %$/m);
  expect(out).toMatch(/^Running +9 d 22 h$/m);
  expect(out).toMatch(/^ +down +20 s$/m);
  expect(out).not.toMatch(/paused|Unknown/);
  expect(out).toMatch(/^2026-11-01T00:00:00\.000Z +down +10 d$/m);
  expect(err).toContain(`go on with --since ${until}`);
});

describe('how visitors are brought to an app', () => {
  test.each<[string, string, object]>([
    [
      'domains add shop old.example.org/a --redirect-to https://new.example.org --redirect-status 302 --drop-path',
      'PUT /v1/apps/shop/domains?force=false&dryRun=false',
      {
        host: 'old.example.org',
        pathPrefix: '/a',
        stripPrefix: false,
        redirect: { to: 'https://new.example.org', status: 302, keepPath: false },
      },
    ],
    [
      'domains add shop *.example.org --require-tls',
      'PUT /v1/apps/shop/domains?force=false&dryRun=false',
      { host: '*.example.org', pathPrefix: '/', stripPrefix: false, requireTls: true },
    ],
    [
      'domains add shop devices.example.org --allow-http',
      'PUT /v1/apps/shop/domains?force=false&dryRun=false',
      { host: 'devices.example.org', pathPrefix: '/', stripPrefix: false, requireTls: false },
    ],
    [
      'maintenance on shop api -m Closed.',
      'POST /v1/batch/maintenance?dryRun=false',
      { apps: ['shop', 'api'], message: 'Closed.' },
    ],
    ['maintenance off shop', 'POST /v1/batch/maintenance?dryRun=false', { apps: ['shop'], message: null }],
  ])('is asked for by `berth %s`', async (words, line, body) => {
    const asked: unknown[] = [];
    const document = { ...ended, kind: 'domains' };
    const results = [{ app: 'shop', operation: document, problem: null }];
    const url = await serve((request, response) => {
      const known = request.url?.includes('batch') === true ? { results } : document;
      void json(request)
        .then((sent) => asked.push(`${request.method} ${request.url}`, sent))
        .then(() => answer(response, 200, known));
    });
    expect(await runWords([...words.split(' '), '--url', url])).toMatchObject({ code: 0 });
    expect(asked).toEqual([line, body]);
  });
});
