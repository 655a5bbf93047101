import type { SecureContext, SecureContextOptions } from 'node:tls';
import type { EdgeCertificate, RefusedCertificate } from '../../core/edge-certificate.ts';
import { findFault, openSecureContext } from './secure-context.ts';

/** A context takes some 40 kB. */
const MOST_CONTEXTS = 1_000;

/** The certificates in force, by name: exact, of all names one label below a parent, or `*` for whoever has no other. */
export class CertificateStore {
  readonly #policy: SecureContextOptions | undefined;
  #byHost: ReadonlyMap<string, EdgeCertificate> = new Map();
  /** Made at the first handshake that needs them; the least lately used one goes first. */
  readonly #contexts = new Map<EdgeCertificate, SecureContext>();

  constructor(policy?: SecureContextOptions) {
    this.#policy = policy;
  }

  /** For visitors who name no host. */
  get default(): EdgeCertificate | undefined {
    return this.#byHost.get('*');
  }

  /** Puts those in force that were found good before. */
  load(certificates: readonly EdgeCertificate[]): void {
    this.#byHost = indexByHost(certificates);
    this.#contexts.clear();
  }

  /** Replaces all but those whose successors cannot be used, and says why these cannot. */
  put(certificates: readonly EdgeCertificate[]): readonly RefusedCertificate[] {
    const before = this.#byHost;
    const refused: RefusedCertificate[] = [];
    const taken = certificates.flatMap((certificate) => {
      const known = before.get(certificate.hosts[0]?.toLowerCase() ?? '');
      if (known !== undefined && isSame(known, certificate)) return known;
      const reason = findFault(certificate);
      if (reason === undefined) return certificate;
      refused.push({ hosts: certificate.hosts, reason });
      return [];
    });
    const after = indexByHost(taken);
    for (const host of refused.flatMap(({ hosts }) => hosts)) keepFormer(host.toLowerCase(), before, after);
    this.#byHost = after;
    const inForce = new Set(after.values());
    for (const certificate of this.#contexts.keys()) if (!inForce.has(certificate)) this.#contexts.delete(certificate);
    return refused;
  }

  /** Each with the hosts that it is in force for. */
  list(): readonly EdgeCertificate[] {
    const hosts = Map.groupBy(this.#byHost, ([, certificate]) => certificate);
    return [...hosts].map(([certificate, entries]) => ({ ...certificate, hosts: entries.map(([host]) => host) }));
  }

  /** Undefined when there is none for the name, which is in lower case. Throws when it cannot be used after all. */
  find(name: string): SecureContext | undefined {
    const parent = name.slice(name.indexOf('.') + 1);
    const certificate = this.#byHost.get(name) ?? this.#byHost.get(`*.${parent}`) ?? this.default;
    return certificate === undefined ? undefined : this.#contextOf(certificate);
  }

  #contextOf(certificate: EdgeCertificate): SecureContext {
    const context = this.#contexts.get(certificate) ?? openSecureContext(certificate, this.#policy);
    this.#contexts.delete(certificate);
    this.#contexts.set(certificate, context);
    const [eldest] = this.#contexts.keys();
    if (this.#contexts.size > MOST_CONTEXTS && eldest !== undefined) this.#contexts.delete(eldest);
    return context;
  }
}

function indexByHost(certificates: readonly EdgeCertificate[]): Map<string, EdgeCertificate> {
  return new Map(
    certificates.flatMap((certificate) => certificate.hosts.map((host) => [host.toLowerCase(), certificate] as const)),
  );
}

function keepFormer(
  host: string,
  before: ReadonlyMap<string, EdgeCertificate>,
  after: Map<string, EdgeCertificate>,
): void {
  const former = before.get(host);
  if (former !== undefined && !after.has(host)) after.set(host, former);
}

function isSame(one: EdgeCertificate, other: EdgeCertificate): boolean {
  const isSamePair = one.certificatePem === other.certificatePem && one.keyPem === other.keyPem;
  return isSamePair && one.hosts.join(' ') === other.hosts.join(' ');
}
