import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWithDnsServer, startDnsServer, type TestDnsServer } from '../../../../../test/harness/dns-server.ts';
import { describeWithAuthority, startAuthority, type TestAuthority } from '../../../../../test/harness/pebble.ts';
import { createDnsUpdateProvider } from '../dns-update/dns-update-provider.ts';
import { systemClock } from '../system-clock/system-clock.ts';
import { createRecordWatch } from './record-watch.ts';

const name = '_acme-challenge.shop.example.org';
const never = new AbortController().signal;

describeWithDnsServer('the servers of a zone', () => {
  let server: TestDnsServer;
  beforeAll(async () => {
    server = await startDnsServer();
  });
  afterAll(() => server.stop());

  const watch = (timeoutMs: number) => {
    const { host, port } = server;
    return createRecordWatch({ resolvers: [`${host}:${port}`], timeoutMs, clock: systemClock, serverPort: port });
  };

  test('are asked until they show the record', async () => {
    const { host, port, key } = server;
    const provider = createDnsUpdateProvider({ server: { host, port }, key, ttlSeconds: 60, clock: systemClock });
    const shown = watch(20_000)(name, 'value', never);
    await provider.put(name, 'value');
    await shown;
    await provider.put(name, 'second');
    await watch(20_000)(name, 'second', never);
  });

  test('that do not show it in time are named', async () => {
    await expect(watch(100)(name, 'never', never)).rejects.toMatchObject({
      code: 'dns-provider-failed',
      message: expect.stringContaining('ns.example.org (127.0.0.1) does not show the record') as string,
    });
  });

  test('are asked no longer when the one who waits leaves', async () => {
    const leaving = new AbortController();
    const waiting = watch(60_000)(name, 'never', leaving.signal);
    leaving.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
  });
});

describeWithAuthority('a zone whose servers cannot be found', () => {
  let authority: TestAuthority;
  beforeAll(async () => {
    authority = await startAuthority({ httpPort: 1 });
  });
  afterAll(() => authority.stop());

  test('is asked about where names are usually asked for', async () => {
    const watch = createRecordWatch({ resolvers: [authority.dnsServer], timeoutMs: 20_000, clock: systemClock });
    const shown = watch(name, 'value', never);
    await authority.setDns('set-txt', { host: `${name}.`, value: 'value' });
    await shown;
  });
});

describe('a resolver that is silent', () => {
  test('shows nothing', async () => {
    const watch = createRecordWatch({ resolvers: ['127.0.0.1:1'], timeoutMs: 100, clock: systemClock });
    await expect(watch(name, 'value', never)).rejects.toMatchObject({
      message: expect.stringContaining('The resolver does not show') as string,
    });
  });
});
