import { z } from 'zod';
import { Instant } from './instant.ts';
import { UserName } from './name.ts';

export const CertificateState = z.enum(['none', 'pending', 'valid', 'expiring', 'failed']).meta({
  id: 'CertificateState',
  description:
    'none: there is none and none is asked for. pending: it is being obtained. valid: visitors get it. expiring: it is valid, and its end is near. failed: there is no valid one; the reason says why.',
});

export const CertificateSource = z.enum(['acme', 'upload', 'file']).meta({
  id: 'CertificateSource',
  description:
    'acme: from the certificate authority of the settings, and renewed by itself. upload: added by this API. file: named in the settings.',
});

export const Certificate = z
  .strictObject({
    id: z.string(),
    hosts: z.array(z.string()).describe('A host, or `*.example.org` for every name one label below.'),
    source: CertificateSource,
    owner: UserName.nullable().describe('Whose hosts it serves; null for the installation’s.'),
    state: CertificateState,
    reason: z.string().nullable().describe('Why the state is not simply valid, and what comes next.'),
    issuer: z.string().nullable(),
    fingerprint: z.string().nullable().describe('SHA-256 of the certificate, in hexadecimal.'),
    notBefore: Instant.nullable(),
    notAfter: Instant.nullable(),
    renewAt: Instant.nullable().describe('When the next one is to be asked for.'),
    nextAttemptAt: Instant.nullable().describe('After a failure: not before.'),
    failures: z.int().describe('Attempts that failed in a row.'),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Certificate', description: 'A certificate. Its private key is never given back.' });

const pem = z.string().min(1).max(100_000);

export const CertificateRequest = z
  .strictObject({
    certificatePem: pem.describe('PEM: the certificate, then those that lead from it to a root.'),
    keyPem: pem.describe('PEM: its private key, not encrypted.'),
  })
  .meta({ id: 'CertificateRequest' });

/** What is shown beside a host. */
export const HostCertificate = z
  .strictObject({
    state: CertificateState,
    reason: z.string().nullable(),
    notAfter: Instant.nullable(),
    id: z.string().nullable().describe('The certificate that serves the host, or is to.'),
  })
  .meta({ id: 'HostCertificate' });

export type CertificateState = z.output<typeof CertificateState>;
export type Certificate = z.output<typeof Certificate>;
export type CertificateRequest = z.output<typeof CertificateRequest>;
export type HostCertificate = z.output<typeof HostCertificate>;
