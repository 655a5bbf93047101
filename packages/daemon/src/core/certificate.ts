import type { ProblemCode } from '@berth/spec/problem';

/** How a host is proven to an authority (RFC 8555, 8; RFC 8737). */
export type ChallengeKind = 'http-01' | 'tls-alpn-01' | 'dns-01';

/** Where it is from: an authority, somebody's call, or files that the settings name. Those of files are not stored. */
export type CertificateSource = 'acme' | 'upload' | 'file';

/** A certificate that an authority issues and renews, or that somebody brought. All times are epoch milliseconds. */
export interface Certificate {
  readonly id: string;
  /** Lower case, sorted; `*.example.org` for every name one label below. */
  readonly hosts: readonly string[];
  readonly source: CertificateSource;
  /** Who brought it: it serves this user's hosts only. Null for those of the installation. */
  readonly owner: string | null;
  /** What serves, or would. */
  readonly chain: Chain | null;
  /** What is under way at the authority. */
  readonly order: PendingOrder | null;
  /** Of attempts that failed in a row. */
  readonly failures: number;
  readonly failure: CertificateFailure | null;
  /** No attempt before. */
  readonly notBefore: number;
  readonly renewal: Renewal | null;
  /** What the events have told about its end. */
  readonly told: 'expiring' | 'expired' | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A certificate with its key and what can be read from it. */
export interface Chain {
  /** Leaf first. */
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly issuer: string;
  /** SHA-256 of the leaf, in lower-case hexadecimal. */
  readonly fingerprint: string;
}

export interface PendingOrder {
  /** Of the authority. */
  readonly directory: string;
  readonly url: string;
  /** The new certificate's key: a restart must not lose it. */
  readonly keyPem: string;
  readonly createdAt: number;
}

interface CertificateFailure {
  readonly at: number;
  readonly code: ProblemCode;
  /** For people: what happened and what to do. */
  readonly detail: string;
}

/** When a certificate is to be renewed. */
export interface Renewal {
  readonly at: number;
  /** True: the moment lies in the authority's window. */
  readonly isSuggested: boolean;
  /** When the authority is asked again; null where it gives no window. */
  readonly checkAt: number | null;
}

/** What is known of an authority: the account there, and what it was asked for lately. Kept by its directory's URL. */
export interface Authority {
  readonly directory: string;
  readonly account: AuthorityAccount | null;
  readonly attempts: readonly Attempt[];
  /** It asked to be left alone until then. */
  readonly heldUntil: number;
}

export interface AuthorityAccount {
  /** Null before the authority has confirmed it. */
  readonly url: string | null;
  readonly keyPem: string;
  /** `mailto:` addresses. */
  readonly contacts: readonly string[];
}

/** One thing that counts against an authority's limits. */
export interface Attempt {
  readonly at: number;
  readonly kind: 'order' | 'renewal' | 'failure';
  readonly hosts: readonly string[];
}

/** One that has nothing yet. */
export function newCertificate(given: {
  readonly id: string;
  readonly hosts: readonly string[];
  readonly now: number;
  readonly source?: CertificateSource;
}): Certificate {
  return {
    id: given.id,
    hosts: given.hosts,
    source: given.source ?? 'acme',
    owner: null,
    chain: null,
    order: null,
    failures: 0,
    failure: null,
    notBefore: 0,
    renewal: null,
    told: null,
    createdAt: given.now,
    updatedAt: given.now,
  };
}

/** True when a certificate that names `name` is good for `host`: a wildcard stands for exactly one label. */
export function coversHost(name: string, host: string): boolean {
  if (name === host) return true;
  return name.startsWith('*.') && host.slice(host.indexOf('.') + 1) === name.slice(2) && !host.startsWith('*');
}

/** True when it may be shown to visitors now. */
export function isValid(chain: Chain, now: number): boolean {
  return chain.notBefore <= now && now < chain.notAfter;
}
