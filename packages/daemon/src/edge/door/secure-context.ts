import { constants, createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { EdgeCertificate } from '../../core/edge-certificate.ts';
import type { VisitorTls } from '../../core/edge-manners.ts';

type KeyPair = Pick<EdgeCertificate, 'certificatePem' | 'keyPem'>;

/** Mozilla's intermediate recommendation: TLS 1.2 and 1.3, forward secrecy and authenticated encryption only. */
const tlsPolicy: SecureContextOptions = {
  minVersion: 'TLSv1.2',
  ciphers: [
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':'),
  ecdhCurve: findGroups(),
  // Visitors know best which of these their machine is fast at.
  honorCipherOrder: false,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  // Sessions begun with one certificate go on with the one after it.
  sessionIdContext: 'berth',
};

const SUITES_OF_13 = /(?:^|:)TLS_/;
const USUAL_SUITES_OF_13 = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256';

/** The edge's policy with what an operator has of their own. */
export function policyOf(tls: VisitorTls | undefined): SecureContextOptions {
  const { authoritiesPem, version, ciphers } = tls ?? {};
  return {
    ...tlsPolicy,
    ...(authoritiesPem === undefined ? {} : { ca: authoritiesPem }),
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    // A list for TLS 1.2 alone would leave 1.3 without any.
    ...(ciphers === undefined
      ? {}
      : { ciphers: SUITES_OF_13.test(ciphers) ? ciphers : `${USUAL_SUITES_OF_13}:${ciphers}` }),
  };
}

/** Throws what is wrong with the pair. */
export function openSecureContext({ certificatePem, keyPem }: KeyPair, policy = tlsPolicy): SecureContext {
  return createSecureContext({ ...policy, cert: certificatePem, key: keyPem });
}

/** A sentence about why the pair cannot be used; undefined when it can. */
export function findFault(pair: KeyPair): string | undefined {
  try {
    const certificate = new X509Certificate(pair.certificatePem);
    if (!certificate.checkPrivateKey(createPrivateKey(pair.keyPem))) return 'The key is not that of the certificate.';
    openSecureContext(pair);
    return undefined;
  } catch (error) {
    return `It cannot be read, or is too weak: ${(error as Error).message}`;
  }
}

/** The first is safe against machines to come; a Node that was built on an older OpenSSL does not know it. */
function findGroups(): string {
  const usual = 'X25519:prime256v1:secp384r1';
  try {
    createSecureContext({ ecdhCurve: `X25519MLKEM768:${usual}` });
    return `X25519MLKEM768:${usual}`;
  } catch {
    return usual;
  }
}
