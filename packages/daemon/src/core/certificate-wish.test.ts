import { describe, expect, test } from 'vitest';
import { appPut } from '../ports/store-sample.contract.ts';
import { type Certificate, type Chain, newCertificate } from './certificate.ts';
import { type CertificatePolicy, certificateWishes, listPublicHosts, ownCovers, wishFor } from './certificate-wish.ts';
import { chooseCertificates } from './shown-certificate.ts';

const now = 1_000_000;
const policy: CertificatePolicy = {
  directory: 'https://ca.example.com/dir',
  isPrivate: false,
  challenge: 'http-01',
  dnsZones: [],
  ordersPerDomainPerWeek: 40,
  parallelOrders: 4,
};
const withDns = { ...policy, dnsZones: ['apps.example.com'] };

function app(name: string, owner: string, ...hosts: readonly string[]) {
  const domains = hosts.map((host) => ({ host, pathPrefix: '/', stripPrefix: false }));
  return appPut({ id: name, name, owner, domains }).app;
}

const apps = [app('blog', 'ada', 'blog.org', 'www.blog.org'), app('shop', 'bob', 'shop.org')];
const hosts = listPublicHosts(apps, 'apps.example.com', () => true);

function wished(given: CertificatePolicy | null, own: readonly Certificate[] = []) {
  const settings = { baseDomain: 'apps.example.com', policy: given };
  return certificateWishes(hosts, ownCovers(own, hosts, now), settings).map(
    (wish) => `${wish.hosts.join()} by ${wish.challenge}`,
  );
}

function chain(fields: Partial<Chain> = {}): Chain {
  return {
    certificatePem: 'c',
    keyPem: 'k',
    notBefore: 0,
    notAfter: now * 10,
    issuer: 'x',
    fingerprint: 'f',
    ...fields,
  };
}

function brought(id: string, names: readonly string[], more: Partial<Certificate> = {}): Certificate {
  return {
    ...newCertificate({ id, hosts: names, now, source: 'upload' }),
    chain: chain({ certificatePem: id }),
    ...more,
  };
}

describe('what is wished for', () => {
  test('is one certificate for each host of each app', () => {
    expect(wished(policy).toSorted()).toEqual(
      ['blog.apps.example.com', 'blog.org', 'shop.apps.example.com', 'shop.org', 'www.blog.org'].map(
        (host) => `${host} by http-01`,
      ),
    );
  });

  test('is one wildcard for all of the base domain where its zone can be written', () => {
    expect(wished(withDns)).toEqual([
      '*.apps.example.com by dns-01',
      'blog.org by http-01',
      'www.blog.org by http-01',
      'shop.org by http-01',
    ]);
  });

  test('is nothing without an authority, nor for an app that is going', () => {
    expect(wished(null)).toEqual([]);
    const going = [{ ...app('blog', 'ada', 'blog.org'), removing: { volumes: [] } }];
    expect(listPublicHosts(going, 'apps.example.com', () => true).size).toBe(0);
  });

  test('is nothing for an app that takes no visitors yet', () => {
    const served = listPublicHosts(apps, 'apps.example.com', ({ name }) => name === 'shop');
    expect(
      certificateWishes(served, [], { baseDomain: 'apps.example.com', policy }).map((wish) => wish.hosts[0]),
    ).toEqual(['shop.apps.example.com', 'shop.org']);
  });

  test('is nothing for a host that has a certificate of one’s own, until that ends', () => {
    const own = brought('own', ['blog.org', '*.apps.example.com']);
    expect(wished(policy, [own])).toEqual(['www.blog.org by http-01', 'shop.org by http-01']);
    expect(wished(policy, [{ ...own, chain: chain({ notAfter: now }) }])).toHaveLength(5);
  });

  test.each([
    ['app.localhost', 'below localhost'],
    ['shop', 'without a dot'],
    ['shop.internal', 'below .internal'],
    ['*.shop.org', 'edge.acme.dns'],
  ])('is nothing for %s, and it is said why', (host, reason) => {
    expect(wishFor(host, { baseDomain: 'apps.example.com', policy })).toContain(reason);
  });

  test('may be a name of a private network where the authority is private too', () => {
    const settings = { baseDomain: 'apps.lan', policy: { ...policy, isPrivate: true } };
    expect(wishFor('shop.internal', settings)).toMatchObject({ hosts: ['shop.internal'] });
    expect(wishFor('app.localhost', settings)).toContain('below localhost');
  });

  test('proves itself by DNS wherever the zone can be written', () => {
    const settings = { baseDomain: 'apps.example.com', policy: { ...policy, dnsZones: ['shop.org'] } };
    const challengeOf = (host: string) => wishFor(host, settings);
    expect(challengeOf('*.shop.org')).toEqual({ hosts: ['*.shop.org'], challenge: 'dns-01' });
    expect(challengeOf('www.shop.org')).toMatchObject({ challenge: 'dns-01' });
    expect(challengeOf('notshop.org')).toMatchObject({ challenge: 'http-01' });
    expect(challengeOf('blog.apps.example.com')).toMatchObject({ hosts: ['blog.apps.example.com'] });
  });
});

describe('what the edge is handed', () => {
  const issued = (id: string, names: readonly string[], more: Partial<Chain> = {}): Certificate => ({
    ...newCertificate({ id, hosts: names, now }),
    chain: chain({ certificatePem: id, ...more }),
  });
  const handed = (...certificates: readonly Certificate[]) =>
    Object.fromEntries(
      chooseCertificates(certificates, hosts, now).flatMap((one) =>
        one.hosts.map((host) => [host, one.chain.certificatePem]),
      ),
    );

  test('is one’s own certificate before the authority’s, and the longer-lived of one’s own', () => {
    expect(handed(issued('acme', ['blog.org']), brought('own', ['blog.org']))).toEqual({ 'blog.org': 'own' });
    const long = brought('long', ['blog.org', 'www.blog.org'], {
      chain: chain({ certificatePem: 'long', notAfter: now * 20 }),
    });
    expect(handed(brought('own', ['blog.org']), long)).toEqual({ 'blog.org': 'long', 'www.blog.org': 'long' });
  });

  test('is no exact name of the authority’s below a wildcard of one’s own: it would stand before it', () => {
    expect(handed(issued('acme', ['blog.apps.example.com']), brought('own', ['*.apps.example.com']))).toEqual({
      '*.apps.example.com': 'own',
    });
  });

  test('is the authority’s where one’s own has ended, and an ended one rather than none', () => {
    const ended = brought('own', ['blog.org'], { chain: chain({ certificatePem: 'own', notAfter: now }) });
    expect(handed(issued('acme', ['blog.org']), ended)).toEqual({ 'blog.org': 'acme' });
    expect(handed(issued('old', ['shop.org'], { notAfter: now }), ended)).toEqual({
      'shop.org': 'old',
      'blog.org': 'own',
    });
  });

  test('is a user’s certificate for that user’s hosts only, also after a domain has moved', () => {
    const adas = brought('adas', ['blog.org', 'shop.org', 'other.org'], { owner: 'ada' });
    expect(handed(adas)).toEqual({ 'blog.org': 'adas' });
    expect(handed({ ...adas, owner: null })).toEqual({ 'blog.org': 'adas', 'shop.org': 'adas', 'other.org': 'adas' });
  });

  test('is nothing that is not there yet', () => {
    expect(handed(newCertificate({ id: 'new', hosts: ['blog.org'], now }))).toEqual({});
  });
});
