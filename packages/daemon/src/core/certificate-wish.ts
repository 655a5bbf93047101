import type { App } from './app.ts';
import { appHost } from './app-route.ts';
import { type Certificate, type ChallengeKind, coversHost, isValid } from './certificate.ts';

/** A certificate that should be there: hosts that share one, and how they prove themselves. */
export interface CertificateWish {
  readonly hosts: readonly string[];
  readonly challenge: ChallengeKind;
}

/** From whom certificates are asked, and for what. */
export interface CertificatePolicy {
  /** The authority's directory. */
  readonly directory: string;
  /** True: its roots are named in the settings, so that it may know names that the public DNS does not. */
  readonly isPrivate: boolean;
  /** For hosts in none of `dnsZones`. */
  readonly challenge: 'http-01' | 'tls-alpn-01';
  /** Names at or below these prove themselves by DNS. Empty: no provider is configured. */
  readonly dnsZones: readonly string[];
  readonly ordersPerDomainPerWeek: number;
  /** Orders under way at a time. */
  readonly parallelOrders: number;
}

/** Every host that visitors may come to, with the apps it leads to: usually one. */
export type PublicHosts = ReadonlyMap<string, readonly HostApp[]>;

interface HostApp {
  readonly app: string;
  readonly owner: string;
  /** True once it takes visitors: before, a certificate would be asked for in vain. */
  readonly isServed: boolean;
}

/** The hosts of these apps: their own and their domains. */
export function listPublicHosts(apps: Iterable<App>, baseDomain: string, isServed: (app: App) => boolean): PublicHosts {
  const hosts = new Map<string, HostApp[]>();
  for (const app of apps) {
    if (app.removing !== null) continue;
    const entry = { app: app.name, owner: app.owner, isServed: isServed(app) };
    for (const host of hostsOf(app, baseDomain)) {
      const known = hosts.get(host);
      if (known === undefined) hosts.set(host, [entry]);
      else known.push(entry);
    }
  }
  return hosts;
}

/** An app's own host and its domains, each once. */
export function hostsOf(app: App, baseDomain: string): Set<string> {
  return new Set([appHost(app, baseDomain), ...app.domains.map(({ host }) => host)]);
}

/** The wish for a host, or why there is none. `policy` is null where no authority is configured. */
export function wishFor(
  host: string,
  { baseDomain, policy }: { readonly baseDomain: string; readonly policy: CertificatePolicy | null },
): CertificateWish | string {
  if (policy === null) return 'No certificate authority is configured: set edge.acme.directory, or add a certificate.';
  const refusal = whyNotPublic(host, policy);
  if (refusal !== undefined) return refusal;
  const wildcard = `*.${baseDomain}`;
  if (coversHost(wildcard, host) && isInZone(baseDomain, policy)) return { hosts: [wildcard], challenge: 'dns-01' };
  if (isInZone(host, policy)) return { hosts: [host], challenge: 'dns-01' };
  if (host.startsWith('*.'))
    return 'A wildcard proves itself by DNS alone: set a provider in edge.acme.dns that can write its zone, or add a certificate.';
  return { hosts: [host], challenge: policy.challenge };
}

/** All wishes, each once. Hosts that a certificate of one's own serves have none. */
export function certificateWishes(
  hosts: PublicHosts,
  own: readonly OwnCover[],
  settings: { readonly baseDomain: string; readonly policy: CertificatePolicy | null },
): CertificateWish[] {
  const wishes = new Map<string, CertificateWish>();
  for (const [host, apps] of hosts) {
    if (!apps.some(({ isServed }) => isServed) || findOwn(host, own) !== undefined) continue;
    const wish = wishFor(host, settings);
    if (typeof wish !== 'string') wishes.set(wish.hosts.join(), wish);
  }
  return [...wishes.values()];
}

/** A certificate of one's own, and the names it serves now. */
export interface OwnCover {
  readonly certificate: Certificate;
  readonly names: readonly string[];
}

/** The certificates that somebody brought and that are valid, the one that lasts longest first. */
export function ownCovers(certificates: readonly Certificate[], hosts: PublicHosts, now: number): OwnCover[] {
  return certificates
    .filter(({ source, chain }) => source !== 'acme' && chain !== null && isValid(chain, now))
    .toSorted((one, other) => (other.chain?.notAfter ?? 0) - (one.chain?.notAfter ?? 0))
    .map((certificate) => ({ certificate, names: servedNames(certificate, hosts) }));
}

/** The one of them that serves a host. */
export function findOwn(host: string, own: readonly OwnCover[]): Certificate | undefined {
  return own.find(({ names }) => names.some((name) => coversHost(name, host)))?.certificate;
}

/** Of a user's certificate: the names of hosts that are still that user's alone. Of the installation's: all. */
export function servedNames({ hosts: names, owner }: Certificate, hosts: PublicHosts): readonly string[] {
  if (owner === null) return names;
  return names.filter((name) => {
    const apps = hosts.get(name) ?? [];
    return apps.length > 0 && apps.every((one) => one.owner === owner);
  });
}

/** Names that never are in the public DNS (RFC 6761, RFC 6762, RFC 7686, RFC 8375, and `.internal`). */
const unpublicSuffixes = ['test', 'local', 'internal', 'example', 'home.arpa', 'lan', 'intranet'];

function whyNotPublic(host: string, { isPrivate }: CertificatePolicy): string | undefined {
  if (host === 'localhost' || host.endsWith('.localhost'))
    return 'No authority knows names below localhost: set edge.baseDomain to a domain of your own.';
  if (!host.includes('.')) return 'No authority knows a name without a dot.';
  const suffix = unpublicSuffixes.find((one) => host.endsWith(`.${one}`));
  if (isPrivate || suffix === undefined) return undefined;
  return `Public authorities know no names below .${suffix}: use another domain, or an authority of your own with edge.acme.caFile.`;
}

function isInZone(host: string, { dnsZones }: CertificatePolicy): boolean {
  const name = host.replace(/^\*\./, '');
  return dnsZones.some((zone) => name === zone || name.endsWith(`.${zone}`));
}
