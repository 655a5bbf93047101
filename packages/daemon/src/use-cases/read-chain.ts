import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { HostName } from '@berth/spec/name';
import { Problem } from '@berth/spec/problem';
import type { Chain } from '../core/certificate.ts';

const mostCertificates = 10;
const leastRsaBits = 2048;

/** A certificate as somebody brings it. */
export interface CertificateFiles {
  /** Leaf first. */
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** What a certificate and its key say; throws `certificate-refused` where visitors could not use them at `now`. */
export function readChain(files: CertificateFiles, now: number): { readonly chain: Chain; readonly hosts: string[] } {
  const certificates = parseCertificates(files.certificatePem);
  const [leaf, ...others] = certificates as [X509Certificate, ...X509Certificate[]];
  const key = parseKey(files.keyPem);
  if (!leaf.checkPrivateKey(key)) throw refused('keyPem', 'is not the key of the first certificate');
  requireOrder(certificates);
  requireTime(leaf, now);
  const { modulusLength } = key.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined && modulusLength < leastRsaBits)
    throw refused('keyPem', `has ${modulusLength} bits; browsers want at least ${leastRsaBits}`);
  return { chain: describeChain([leaf, ...others], key), hosts: readHosts(leaf) };
}

/** The key of a new certificate, as PEM: EC on P-256, which every browser knows. */
export function createCertificateKey(): string {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' });
}

/** Written anew: what stood between the parts, bags of attributes for example, does not go on. */
function describeChain([leaf, ...others]: [X509Certificate, ...X509Certificate[]], key: KeyObject): Chain {
  return {
    certificatePem: [leaf, ...others].map((one) => one.toString()).join(''),
    keyPem: key.export({ format: 'pem', type: 'pkcs8' }),
    notBefore: leaf.validFromDate.getTime(),
    notAfter: leaf.validToDate.getTime(),
    issuer: renderName(leaf.issuer),
    fingerprint: leaf.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

const certificatePattern = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

function parseCertificates(pem: string): X509Certificate[] {
  const parts = pem.match(certificatePattern) ?? [];
  if (parts.length === 0) throw refused('certificatePem', 'holds no “-----BEGIN CERTIFICATE-----”');
  if (parts.length > mostCertificates)
    throw refused('certificatePem', `holds more than ${mostCertificates} certificates`);
  try {
    return parts.map((part) => new X509Certificate(part));
  } catch (cause) {
    throw refused('certificatePem', 'cannot be read', cause);
  }
}

function parseKey(pem: string): KeyObject {
  if (/ENCRYPTED/.test(pem)) throw refused('keyPem', 'is encrypted; decrypt it first');
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw refused('keyPem', 'is no private key in PEM', cause);
  }
}

/** TLS 1.3 is lenient about the order, older clients are not. */
function requireOrder(certificates: readonly X509Certificate[]): void {
  for (const [index, certificate] of certificates.entries()) {
    const issuer = certificates[index + 1];
    if (issuer === undefined) return;
    if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey))
      throw refused(
        'certificatePem',
        `number ${index + 2} did not issue number ${index + 1}; put the leaf first, then its issuers in order`,
      );
  }
}

function requireTime({ validFromDate, validToDate }: X509Certificate, now: number): void {
  if (validToDate.getTime() <= now) throw refused('certificatePem', `ended on ${renderDay(validToDate)}`);
  if (validFromDate.getTime() > now) throw refused('certificatePem', `begins on ${renderDay(validFromDate)} only`);
}

/** Names in the extension alone: browsers read no others. */
function readHosts({ subjectAltName = '' }: X509Certificate): string[] {
  const names = subjectAltName.split(', ').filter((part) => part.startsWith('DNS:'));
  const hosts = names.map((part) => part.slice('DNS:'.length).toLowerCase());
  const foreign = hosts.find((host) => !HostName.safeParse(host.replace(/^\*\./, '')).success);
  if (foreign !== undefined) throw refused('certificatePem', `is of a name that is no host: ${foreign.slice(0, 80)}`);
  if (hosts.length === 0) throw refused('certificatePem', 'names no host as subject alternative name');
  return [...new Set(hosts)].toSorted();
}

/** `CN=R3\nO=…` → `R3`. */
function renderName(name: string): string {
  const parts = new Map(name.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
  return parts.get('CN') ?? parts.get('O') ?? name.replaceAll('\n', ', ');
}

function renderDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function refused(field: string, detail: string, cause?: unknown): Problem {
  return new Problem('certificate-refused', `${field} ${detail}.`, { facts: { errors: [{ field, detail }] }, cause });
}
