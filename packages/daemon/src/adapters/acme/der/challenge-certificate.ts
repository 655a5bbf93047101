import { createHash, type KeyObject } from 'node:crypto';
import { der } from './der.ts';
import { createSelfSigned } from './self-signed.ts';

const acmeIdentifier = '1.3.6.1.5.5.7.1.31';
const dayMs = 86_400_000;

/** What a challenge certificate says: of which host, and which key authorization proves it. */
interface ChallengeFacts {
  readonly host: string;
  readonly keyAuthorization: string;
  /** Epoch ms: valid from a day before until a week behind. */
  readonly nowMs: number;
}

/** The self-signed certificate that answers a TLS-ALPN-01 challenge (RFC 8737, section 3), as PEM. */
export function createChallengeCertificate({ host, keyAuthorization, nowMs }: ChallengeFacts, key: KeyObject): string {
  const digest = createHash('sha256').update(keyAuthorization).digest();
  const proof = der.sequence(der.oid(acmeIdentifier), der.boolean(true), der.octetString(der.octetString(digest)));
  const times = { notBefore: nowMs - dayMs, notAfter: nowMs + 7 * dayMs };
  return createSelfSigned({ commonName: 'ACME challenge', hosts: [host], ...times, extensions: [proof] }, key);
}
