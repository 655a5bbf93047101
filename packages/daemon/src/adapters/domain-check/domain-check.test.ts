import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithAuthority, startAuthority, type TestAuthority } from '../../../../../test/harness/pebble.ts';
import { createDomainCheck } from './domain-check.ts';

const path = '/.well-known/acme-challenge/probe';
let authority: TestAuthority;
let door: Server;

/** What the door answers to the host. */
const answers = new Map<string, { readonly status: number; readonly body: string }>();

const portOf = () => (door.address() as AddressInfo).port;
const check = (host: string, port = portOf()) =>
  createDomainCheck({ port, resolvers: [authority.dnsServer], mayBePrivate: true })({ host, path, answer: 'proof' });

describeWithAuthority('a domain', () => {
  beforeAll(async () => {
    door = createServer((request, response) => {
      const { status, body } = answers.get(request.headers.host?.split(':')[0] ?? '') ?? { status: 404, body: 'none' };
      response.writeHead(status, { location: 'https://elsewhere.org/' }).end(request.url === path ? body : 'other');
    }).listen(0, '127.0.0.1');
    await once(door, 'listening');
    authority = await startAuthority({ httpPort: portOf() });
  });
  afterAll(async () => {
    door.close();
    await authority.stop();
  });

  test('that leads here is as it should be', async () => {
    answers.set('here.org', { status: 200, body: 'proof\n' });
    expect(await check('here.org')).toBeNull();
  });

  test.each([
    ['says something else', 'other.org', 'where something else answers (status 404)'],
    ['has no address', 'nowhere.org', 'has no address in DNS'],
    ['has servers that fail', 'broken.org', 'DNS does not say where broken.org is'],
    ['has one address that leads elsewhere', 'half.org', 'leads to 127.0.0.9, where nobody answers on port'],
  ])('that %s is told why', async (_, host, reason) => {
    answers.set('half.org', { status: 200, body: 'proof' });
    await authority.setDns('set-default-ipv4', { ip: host === 'nowhere.org' ? '' : '127.0.0.1' });
    await authority.setDns('set-servfail', { host: 'broken.org.' });
    await authority.setDns('add-a', { host: 'half.org.', addresses: ['127.0.0.1', '127.0.0.9'] });
    const obstacle = await check(host);
    expect(obstacle).toContain(reason);
    await authority.setDns('set-default-ipv4', { ip: '127.0.0.1' });
  });

  test('whose port is shut is told which, and how to go on without the check', async () => {
    const obstacle = await check('here.org', 1);
    expect(obstacle).toContain('where nobody answers on port 1');
    expect(obstacle).toContain('edge.acme.check');
  });

  test.each(['10.0.0.7', '127.0.0.1', '192.168.1.1', '169.254.169.254'])(
    'that leads to %s is not asked there for a public authority, which could not either',
    async (address) => {
      await authority.setDns('add-a', { host: 'inside.org.', addresses: [address] });
      const look = createDomainCheck({ port: portOf(), resolvers: [authority.dnsServer], mayBePrivate: false });
      const obstacle = await look({ host: 'inside.org', path, answer: 'proof' });
      expect(obstacle).toContain(`leads to ${address}, which nobody outside reaches`);
      await authority.setDns('clear-a', { host: 'inside.org.' });
    },
  );

  test('that sends elsewhere is the authority’s to follow', async () => {
    answers.set('moved.org', { status: 301, body: '' });
    expect(await check('moved.org')).toBeNull();
  });

  test('that never stops answering is not listened to for ever', async () => {
    answers.set('long.org', { status: 200, body: 'x'.repeat(5_000_000) });
    expect(await check('long.org')).toContain('something else');
  });
});
