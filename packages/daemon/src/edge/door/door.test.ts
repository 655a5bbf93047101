import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { waitFor } from '../../../../../test/harness/deadline.ts';
import { openTestDoor, type TestDoor } from '../testing/door.ts';
import { openSecure } from '../testing/secure-visitor.ts';
import { selfSign } from '../testing/self-signed.ts';
import { openRaw, type RawVisitor } from '../testing/visitor.ts';

let door: TestDoor;
afterEach(() => door.close());

describe('a visitor', () => {
  test('is known by its address and the scheme', async () => {
    door = openTestDoor();
    const port = await door.listen('http');
    expect(await arrivalOf(await openRaw(port))).toMatchObject({
      peer: { address: '127.0.0.1', isTrusted: false },
      scheme: 'http',
    });
  });

  test('of a trusted network is known as such', async () => {
    door = openTestDoor({ trustedProxies: ['127.0.0.0/8'] });
    expect(await arrivalOf(await openRaw(await door.listen('http')))).toMatchObject({ peer: { isTrusted: true } });
  });

  test('may end its own half and still be answered', async () => {
    door = openTestDoor();
    const visitor = await openRaw(await door.listen('http'), 'hello');
    visitor.socket.end(' and goodbye');
    await visitor.closed;
    expect(visitor.heard()).toContain('hello and goodbye');
  });

  test('may do so behind TLS, too, but not in the middle of a handshake', async () => {
    door = openTestDoor();
    await door.tls.putCertificates([selfSign(['a.test'])]);
    const port = await door.listen('https');
    const visitor = await openSecure(port, 'a.test');
    let heard = '';
    visitor.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    visitor.end('hello and goodbye');
    await once(visitor, 'close');
    expect(heard).toContain('hello and goodbye');
    const rude = connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
    rude.end('\x16\x03\x01');
    await once(rude, 'close');
    await door.door.whenEmpty();
  });

  test('who breaks the connection breaks nothing else', async () => {
    door = openTestDoor();
    const port = await door.listen('http');
    const rude = await openRaw(port, 'x');
    await arrivalOf(rude);
    rude.socket.resetAndDestroy();
    await waitFor(() => door.sockets[0]?.destroyed ?? false, { deadlineMs: 5_000 });
    await arrivalOf(await openRaw(port));
  });
});

describe('behind a proxy that says who it speaks for', () => {
  const behindProxy = { trustedProxies: ['127.0.0.1', '192.0.2.0/24'], proxyProtocol: true };

  test('visitors are known by their own address, and trusted or not by it', async () => {
    door = openTestDoor(behindProxy);
    const port = await door.listen('http');
    const visitor = await openRaw(port, 'PROXY TCP4 203.0.113.9 10.0.0.1 1234 80\r\nhello');
    expect(await arrivalOf(visitor)).toMatchObject({ peer: { address: '203.0.113.9', isTrusted: false } });
    await waitFor(() => visitor.heard().endsWith('hello'), { deadlineMs: 5_000 });
    const near = await openRaw(port, 'PROXY TCP4 192.0.2.9 10.0.0.1 1234 80\r\n');
    expect(await arrivalOf(near)).toMatchObject({ peer: { address: '192.0.2.9', isTrusted: true } });
    near.socket.write('later');
    await waitFor(() => near.heard().endsWith('later'), { deadlineMs: 5_000 });
  });

  test('it may come byte by byte, and behind it TLS', async () => {
    door = openTestDoor(behindProxy);
    await door.tls.putCertificates([selfSign(['a.test'])]);
    const socket = connect({ port: await door.listen('https'), host: '127.0.0.1' });
    for (const byte of Buffer.from('PROXY TCP4 203.0.113.9 10.0.0.1 1234 80\r\n')) await write(socket, Buffer.of(byte));
    const visitor = await openSecure(0, 'a.test', { socket });
    const [line] = (await once(visitor, 'data')) as [Buffer];
    expect(JSON.parse(line.toString())).toMatchObject({ peer: { address: '203.0.113.9' }, scheme: 'https' });
    visitor.destroy();
  });

  test('the header and the first bytes of TLS may come in one packet', async () => {
    door = openTestDoor(behindProxy);
    await door.tls.putCertificates([selfSign(['a.test'])]);
    const socket = connect({ port: await door.listen('https'), host: '127.0.0.1' });
    socket.cork();
    socket.write('PROXY UNKNOWN\r\n');
    setImmediate(() => socket.uncork());
    const visitor = await openSecure(0, 'a.test', { socket });
    const [line] = (await once(visitor, 'data')) as [Buffer];
    expect(JSON.parse(line.toString())).toMatchObject({ peer: { address: '127.0.0.1' }, scheme: 'https' });
    visitor.destroy();
  });

  test('a connection without that word is closed without one', async () => {
    door = openTestDoor(behindProxy);
    const visitor = await openRaw(await door.listen('http'), 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
    await visitor.closed;
    expect(visitor.heard()).toBe('');
    await door.door.whenEmpty();
  });

  test('the word of anybody else is not heard', async () => {
    door = openTestDoor({ trustedProxies: ['192.0.2.1'], proxyProtocol: true });
    const visitor = await openRaw(await door.listen('http'), 'PROXY TCP4 203.0.113.9 10.0.0.1 1234 80\r\n');
    await visitor.closed;
    expect(visitor.heard()).toBe('');
  });

  test('each visitor has its own share of connections', async () => {
    door = openTestDoor({ ...behindProxy, limits: { total: 10, perAddress: 1 } });
    const port = await door.listen('http');
    const [one, other] = ['PROXY TCP4 203.0.113.9 10.0.0.1 1 80\r\n', 'PROXY TCP4 203.0.113.8 10.0.0.1 1 80\r\n'];
    await arrivalOf(await openRaw(port, one));
    await arrivalOf(await openRaw(port, other));
    const refused = await openRaw(port, one);
    await refused.closed;
    expect(refused.heard()).toBe('');
  });
});

test.each([
  ['for a PROXY header', 'http', 'PROXY TCP4 '],
  ['for a handshake', 'https', 'PROXY TCP4 203.0.113.9 10.0.0.1 1234 443\r\n\x16\x03\x01\x02'],
] as const)(
  'who keeps the edge waiting %s is closed',
  async (_, scheme, words) => {
    door = openTestDoor({ trustedProxies: ['127.0.0.1'], proxyProtocol: true });
    const visitor = await openRaw(await door.listen(scheme), words);
    await visitor.closed;
    expect(visitor.heard()).toBe('');
    await door.door.whenEmpty();
  },
  60_000,
);

describe('too many connections', () => {
  test('of one address are closed at once, until another of its ends', async () => {
    door = openTestDoor({ limits: { total: 10, perAddress: 2 } });
    const port = await door.listen('http');
    const [first] = [await openRaw(port), await openRaw(port)];
    await arrivalOf(first);
    await (await openRaw(port)).closed;
    first.socket.destroy();
    await waitFor(() => door.sockets[0]?.destroyed ?? false, { deadlineMs: 5_000 });
    await arrivalOf(await openRaw(port));
  });

  test('of a trusted proxy are no matter', async () => {
    door = openTestDoor({ trustedProxies: ['127.0.0.1'], limits: { total: 10, perAddress: 1 } });
    const port = await door.listen('http');
    await arrivalOf(await openRaw(port));
    await arrivalOf(await openRaw(port));
  });

  test('in all end the eldest idle one in favour of the new', async () => {
    door = openTestDoor({ limits: { total: 3, perAddress: 9 } });
    const port = await door.listen('http');
    const [busy, idle, young] = [await greeted(port), await greeted(port), await greeted(port)];
    door.busy.add(door.sockets[0] as Socket);
    const newcomer = await greeted(port);
    await idle.closed;
    for (const visitor of [busy, young, newcomer]) expect(visitor.socket.readyState).toBe('open');
  });

  test('of which none is idle are refused', async () => {
    door = openTestDoor({ limits: { total: 1, perAddress: 9 } });
    const port = await door.listen('http');
    const busy = await greeted(port);
    door.busy.add(door.sockets[0] as Socket);
    await (await openRaw(port)).closed;
    expect(busy.socket.readyState).toBe('open');
  });
});

async function greeted(port: number): Promise<RawVisitor> {
  const visitor = await openRaw(port);
  await arrivalOf(visitor);
  return visitor;
}

async function arrivalOf(visitor: RawVisitor): Promise<unknown> {
  await waitFor(() => visitor.heard().includes('\n'), { deadlineMs: 5_000, what: 'the greeting' });
  return JSON.parse(visitor.heard().split('\n')[0] ?? '');
}

async function write(socket: Socket, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve) => void socket.write(bytes, () => resolve()));
}
