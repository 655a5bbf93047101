/** A certificate with its key, as the edge is handed it. */
export interface EdgeCertificate {
  /** Lower case; `*.example.org` for every name one label below it, `*` for whoever names no host or one without any. */
  readonly hosts: readonly string[];
  /** The leaf first, then what leads from it to a root. */
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** What the edge answers to a certificate authority that checks a host (RFC 8555, 8.3; RFC 8737). */
export type EdgeChallenge =
  | {
      readonly kind: 'http-01';
      readonly host: string;
      readonly token: string;
      readonly keyAuthorization: string;
    }
  | {
      readonly kind: 'tls-alpn-01';
      readonly host: string;
      readonly certificatePem: string;
      readonly keyPem: string;
    };

/** A certificate the edge did not take; what it had for these hosts before stays in force. */
export interface RefusedCertificate {
  readonly hosts: readonly string[];
  readonly reason: string;
}

/** Undefined when the value is not a list of certificates. */
export function parseCertificates(value: unknown): readonly EdgeCertificate[] | undefined {
  return Array.isArray(value) && value.every(isCertificate) ? value : undefined;
}

/** Undefined when the value is not a list of challenges. */
export function parseChallenges(value: unknown): readonly EdgeChallenge[] | undefined {
  return Array.isArray(value) && value.every(isChallenge) ? value : undefined;
}

function isCertificate(value: unknown): value is EdgeCertificate {
  if (!isObject(value)) return false;
  const { hosts } = value;
  const hasHosts = Array.isArray(hosts) && hosts.length > 0 && hosts.every((host) => typeof host === 'string');
  return hasHosts && areTexts(value, ['certificatePem', 'keyPem']);
}

function isChallenge(value: unknown): value is EdgeChallenge {
  if (!isObject(value)) return false;
  if (value['kind'] === 'http-01') return areTexts(value, ['host', 'token', 'keyAuthorization']);
  return value['kind'] === 'tls-alpn-01' && areTexts(value, ['host', 'certificatePem', 'keyPem']);
}

function areTexts(value: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return names.every((name) => typeof value[name] === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
