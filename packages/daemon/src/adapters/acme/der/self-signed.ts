import { type KeyObject, randomBytes } from 'node:crypto';
import { der } from './der.ts';
import { hostsExtension, publicKeyOf, signatureAlgorithm, signed } from './signing-request.ts';

/** What a self-signed certificate says. Times are epoch ms. */
export interface SelfSignedFacts {
  readonly commonName: string;
  readonly hosts: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  /** Whole extensions in DER, beside that of the hosts. */
  readonly extensions?: readonly Buffer[];
}

/** An X.509 certificate (RFC 5280) of an EC key, signed by itself, as PEM. */
export function createSelfSigned(facts: SelfSignedFacts, key: KeyObject): string {
  const { commonName, hosts, notBefore, notAfter, extensions = [] } = facts;
  const name = der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.utf8(commonName))));
  const content = der.sequence(
    der.context(0, der.integer(Buffer.of(2))),
    der.integer(randomBytes(16)),
    signatureAlgorithm,
    name,
    der.sequence(der.time(notBefore), der.time(notAfter)),
    name,
    publicKeyOf(key),
    der.context(3, der.sequence(hostsExtension(hosts), ...extensions)),
  );
  return renderPem('CERTIFICATE', signed(content, key));
}

function renderPem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
