import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWithDnsServer, startDnsServer, type TestDnsServer } from '../../../../../test/harness/dns-server.ts';
import { describeDnsProvider } from '../../ports/dns-provider.contract.ts';
import { systemClock } from '../system-clock/system-clock.ts';
import { exchange } from './dns-exchange.ts';
import { listRecords, readHead, recordType, renderDnsName, renderUpdate, renderZoneQuery } from './dns-message.ts';
import { createDnsUpdateProvider, type DnsUpdateOptions } from './dns-update-provider.ts';
import { signMessage, verifyAnswer } from './tsig.ts';

let server: TestDnsServer;
const name = '_acme-challenge.shop.example.org';

function provider(given: Partial<DnsUpdateOptions> = {}) {
  const { host, port, key } = server;
  return createDnsUpdateProvider({ server: { host, port }, key, ttlSeconds: 60, clock: systemClock, ...given });
}

describeWithDnsServer('a name server that takes updates', () => {
  beforeAll(async () => {
    server = await startDnsServer();
  });
  afterAll(() => server.stop());

  describeDnsProvider(() => ({ provider: provider(), findText: (of) => server.findText(of) }));

  test('is asked which zone a name is in, unless that is said', async () => {
    await provider({ zone: 'example.org' }).put(name, 'said');
    await provider().remove(name, 'said');
    expect(await server.findText(name)).toEqual([]);
    await expect(provider().put('_acme-challenge.elsewhere.net', 'x')).rejects.toMatchObject({
      code: 'dns-provider-failed',
      message: expect.stringContaining('has no zone for _acme-challenge.elsewhere.net') as string,
    });
  });

  test('is answered by TCP too, where UDP says nothing', async () => {
    const { host } = server;
    const { silent, bridge } = await openHalfDeaf(server);
    await provider({ server: { host, port: silent.address().port }, zone: 'example.org' }).put(name, 'by-tcp');
    expect(await server.findText(name)).toContain('by-tcp');
    await provider().remove(name, 'by-tcp');
    silent.close();
    bridge.close();
  });

  test.each([
    ['a wrong secret', () => ({ key: { ...server.key, secret: Buffer.from('wrong') } }), 'signature is wrong'],
    ['a key it does not know', () => ({ key: { ...server.key, name: 'stranger' } }), 'does not know the key'],
    ['a clock that is an hour late', () => ({ clock: { ...systemClock, now: () => Date.now() - 3_600_000 } }), 'clock'],
    ['a zone it does not have', () => ({ zone: 'example.net' }), 'not the primary server'],
  ] as const)('refuses %s, and it is said what to check', async (...[, given, word]) => {
    await expect(provider(given()).put(name, 'x')).rejects.toMatchObject({
      code: 'dns-provider-failed',
      message: expect.stringContaining(word) as string,
    });
    expect(await server.findText(name)).toEqual([]);
  });
});

test('a name server that is away is told of, without its address', async () => {
  const away = { server: { host: '127.0.0.1', port: 1 }, zone: 'example.org' };
  const key = { name: 'k', algorithm: 'hmac-sha256', secret: Buffer.from('s') } as const;
  const failing = createDnsUpdateProvider({ ...away, key, ttlSeconds: 60, clock: systemClock }).put(name, 'x');
  await expect(failing).rejects.toMatchObject({
    code: 'dns-provider-failed',
    message: 'The DNS server does not answer (ECONNREFUSED). Check edge.acme.dns.rfc2136.server.',
  });
});

describe('a message', () => {
  const update = renderUpdate(0x1234, { zone: 'Example.org', name, value: 'v', ttlSeconds: 60 });

  test('says what is put where', () => {
    expect(update.toString('latin1')).toContain('\u0007example\u0003org\u0000');
    expect(readHead(update)).toMatchObject({ id: 0x1234, isAnswer: false, code: 0 });
    const [record] = listRecords(update);
    expect(record).toMatchObject({ type: recordType.txt, data: Buffer.from('\u0001v') });
  });

  test('is signed by its last record, and an answer only by who has the key', () => {
    const key = { name: 'k', algorithm: 'hmac-sha512', secret: Buffer.from('s') } as const;
    const { message, mac } = signMessage(update, key, 1_800_000_000);
    expect(mac).toHaveLength(64);
    expect(listRecords(message).at(-1)?.type).toBe(recordType.tsig);
    expect(verifyAnswer(update, key, mac)).toBeUndefined();
    expect(verifyAnswer(message, { ...key, secret: Buffer.from('t') }, mac)).toBeUndefined();
  });

  test.each([['a'.repeat(64)], [Array.from({ length: 140 }, () => 'a').join('.')]])('has no name such as %s', (bad) => {
    expect(() => renderDnsName(bad)).toThrow(RangeError);
  });

  test('that is cut off anywhere is not read', () => {
    for (let end = 0; end < update.length; end += 1)
      expect(() => listRecords(update.subarray(0, end))).toThrow(RangeError);
  });
});

test('an answer to another question is not taken', async () => {
  const liar = createSocket('udp4').bind(0, '127.0.0.1');
  await once(liar, 'listening');
  liar.on('message', (message, { port, address }) => {
    const answer = Buffer.from(message);
    answer.writeUInt16BE(0x8000, 2);
    const other = Buffer.from(answer);
    other.writeUInt16BE(answer.readUInt16BE(0) ^ 1, 0);
    for (const one of [Buffer.from('short'), other, message, answer]) liar.send(one, port, address);
  });
  const query = renderZoneQuery(7, 'example.org');
  const answer = await exchange({ host: '127.0.0.1', port: liar.address().port }, query);
  expect(readHead(answer)).toMatchObject({ id: 7, isAnswer: true });
  liar.close();
});

/** Passes TCP connections on. */
/** One port where UDP is heard and not answered, and TCP leads on. A port that is free for the one may be taken for the other. */
async function openHalfDeaf(to: {
  readonly host: string;
  readonly port: number;
}): Promise<{ silent: Socket; bridge: Server }> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const silent = createSocket('udp4').bind(0, to.host);
    await once(silent, 'listening');
    const bridge = await openBridge(silent.address().port, { host: to.host, port: to.port }).catch(() => undefined);
    if (bridge !== undefined) return { silent, bridge };
    silent.close();
  }
  throw new Error('No port is free for both.');
}

async function openBridge(port: number, to: { readonly host: string; readonly port: number }): Promise<Server> {
  const bridge = createServer((socket) => {
    const other = connect(to);
    socket.pipe(other).pipe(socket);
    for (const one of [socket, other]) one.on('error', () => {});
  }).listen(port, '127.0.0.1');
  await once(bridge, 'listening');
  if ((bridge.address() as AddressInfo).port !== port) throw new Error('The port is another’s.');
  return bridge;
}
