import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { der } from './der.ts';

const subjectAlternativeName = '2.5.29.17';
const extensionRequest = '1.2.840.113549.1.9.14';
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';

/**
 * A request for a certificate of these host names (PKCS #10, RFC 2986), in DER, signed by an EC key. Its subject is empty:
 * names stand in the extension alone (RFC 8555, 7.4, allows both; a common name may not be longer than 64).
 */
export function createSigningRequest(hosts: readonly string[], key: KeyObject): Buffer {
  const extensions = der.sequence(hostsExtension(hosts));
  const info = der.sequence(
    der.integer(Buffer.of(0)),
    der.sequence(),
    publicKeyOf(key),
    der.context(0, der.sequence(der.oid(extensionRequest), der.set(extensions))),
  );
  return signed(info, key);
}

/** The extension that names hosts, wildcards too. */
export function hostsExtension(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) => der.contextPrimitive(2, Buffer.from(host, 'ascii')));
  return der.sequence(der.oid(subjectAlternativeName), der.octetString(der.sequence(...names)));
}

/** The algorithm of `signed`. */
export const signatureAlgorithm = der.sequence(der.oid(ecdsaWithSha256));

/** Puts algorithm and signature behind what is signed. */
export function signed(content: Buffer, key: KeyObject): Buffer {
  return der.sequence(content, signatureAlgorithm, der.bitString(sign('sha256', content, key)));
}

/** `SubjectPublicKeyInfo` of the key. */
export function publicKeyOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' });
}
