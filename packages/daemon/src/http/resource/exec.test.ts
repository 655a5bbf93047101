import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openTestApi, type TestApi, until } from '../test-api.contract.ts';

let api: TestApi;
let url: string;
beforeAll(async () => {
  api = await openTestApi();
  url = (await api.listen()).replace('http', 'ws');
  await api.deploy('one');
});
afterAll(() => api.close());

interface Terminal {
  readonly socket: WebSocket;
  /** What came by channel, and the last text frame. */
  readonly out: { 1: string; 2: string; end: unknown };
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Connects; rejects when the connection is refused. */
async function exec(
  query: string,
  options: { protocols?: string[]; headers?: Record<string, string> } = {},
): Promise<Terminal> {
  const { headers = { authorization: `Bearer ${api.token}` }, protocols = ['berth.exec'] } = options;
  const socket = new WebSocket(`${url}/v1/apps/one/exec?${query}`, { protocols, headers });
  socket.binaryType = 'arraybuffer';
  const out: Terminal['out'] = { 1: '', 2: '', end: undefined };
  socket.addEventListener('message', ({ data }: { data: unknown }) => {
    if (typeof data === 'string') out.end = JSON.parse(data);
    else addOutput(out, Buffer.from(data as ArrayBuffer));
  });
  const closing = Promise.withResolvers<{ code: number; reason: string }>();
  socket.addEventListener('close', ({ code, reason }: { code: number; reason: string }) =>
    closing.resolve({ code, reason }),
  );
  const opened = Promise.withResolvers<void>();
  socket.addEventListener('open', () => opened.resolve());
  socket.addEventListener('error', () => opened.reject(new Error('refused')));
  await opened.promise;
  return { socket, out, closed: closing.promise };
}

function addOutput(out: Terminal['out'], frame: Buffer): void {
  out[frame[0] as 1 | 2] += frame.subarray(1).toString();
}

const stdin = (text: string) => Buffer.concat([Buffer.of(0), Buffer.from(text)]);
const script = (text: string) => ['sh', '-c', text].map((word) => `command=${encodeURIComponent(word)}`).join('&');

test('a command gives its output by channel, and its exit code last', async () => {
  const terminal = await exec(script('echo out; echo err >&2; exit 7'));
  expect(await terminal.closed).toMatchObject({ code: 1000 });
  expect(terminal.out).toEqual({ 1: 'out\n', 2: 'err\n', end: { exit: 7 } });
});

test('a command reads what it is sent, until its input is closed', async () => {
  const terminal = await exec('command=cat');
  const sent = 'Grüße\n'.repeat(50_000);
  for (let at = 0; at < sent.length; at += 60_000) terminal.socket.send(stdin(sent.slice(at, at + 60_000)));
  terminal.socket.send(JSON.stringify({ closeStdin: true }));
  await terminal.closed;
  expect(terminal.out[1] === sent).toBe(true);
  expect(terminal.out.end).toEqual({ exit: 0 });
});

test('a terminal echoes and can be resized', async () => {
  const terminal = await exec('command=cat&tty=true&columns=100&rows=30');
  terminal.socket.send(JSON.stringify({ resize: { columns: 90, rows: 20 } }));
  terminal.socket.send(stdin('ahoy\n'));
  await until(() => terminal.out[1] === 'ahoy\r\nahoy\r\n');
  terminal.socket.close();
  await terminal.closed;
});

test('a browser says who it is by a subprotocol, which is not answered', async () => {
  const terminal = await exec('command=true', { headers: {}, protocols: ['berth.exec', `bearer.${api.token}`] });
  expect(terminal.socket.protocol).toBe('berth.exec');
  expect(await terminal.closed).toMatchObject({ code: 1000 });
});

test.each([
  ['without a token', 'command=true', { headers: {} }],
  ['with a wrong token', 'command=true', { headers: {}, protocols: ['berth.exec', 'bearer.nobody'] }],
  ['without a command', '', {}],
  ['in an instance that is not there', 'command=true&instance=abcdefgh', {}],
])('a connection %s is refused before it is one', async (_what, query, options) => {
  await expect(exec(query, options)).rejects.toThrow('refused');
});

test.each([
  ['a channel that is not stdin', Buffer.from([9, 1])],
  ['a text that is not JSON', 'hello'],
  ['a control that is none', '{"resize":{"columns":0,"rows":1}}'],
])('%s ends the connection with a reason', async (_what, frame) => {
  const terminal = await exec('command=cat');
  terminal.socket.send(frame);
  expect(await terminal.closed).toMatchObject({ code: 1003, reason: expect.stringMatching(/frame must/) });
});

test('who may not exec may not exec', async () => {
  const reader = await api.tokenFor('ada', ['read']);
  await expect(exec('command=true', { headers: { authorization: `Bearer ${reader}` } })).rejects.toThrow('refused');
});

test('a command whose reader left is let go of', async () => {
  const destroyed: string[] = [];
  const { containers } = api.engine;
  const run = containers.exec.bind(containers);
  const spy = vi.spyOn(containers, 'exec').mockImplementation(async (id, request) => {
    const session = await run(id, request);
    const destroy = (): void => {
      destroyed.push(id);
      session.destroy();
    };
    return { ...session, destroy };
  });
  const terminal = await exec('command=cat');
  terminal.socket.close();
  await until(() => destroyed.length > 0);
  spy.mockRestore();
});
