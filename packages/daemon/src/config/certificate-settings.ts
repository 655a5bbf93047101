import { isIP } from 'node:net';
import { HostName } from '@berth/spec/name';
import { z } from 'zod';
import { SecretText } from './secret.ts';

const ServerAddress = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?$/, 'must be a host or address, with :port or without');

const DnsAddress = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:]+\]|[0-9.]+)(?::[0-9]{1,5})?$/, 'must be an address, with :port or without')
  .refine((text) => isIP(text.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')) !== 0, 'must be an address');

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

const DnsSettings = z
  .strictObject({
    zones: z
      .array(HostName)
      .default([])
      .describe('Names at and below these prove themselves by DNS. Default: the base domain.'),
    propagationSeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(120)
      .describe('How long the servers of a zone may take to show a new record.'),
    rfc2136: z
      .strictObject({
        server: ServerAddress.describe('The primary server of the zone, `ns1.example.org` or `192.0.2.1:53`.'),
        zone: HostName.optional().describe('Default: the server is asked.'),
        keyName: z.string().min(1).max(253).describe('The name of the key that the server shares (TSIG).'),
        keySecret: SecretText.describe('The key itself, in base64 as in the server’s settings.'),
        keyAlgorithm: z.enum(['hmac-sha256', 'hmac-sha384', 'hmac-sha512']).default('hmac-sha256'),
        ttlSeconds: z.int().min(1).max(86_400).default(60).describe('Of the records, which stay for seconds only.'),
      })
      .refine((given) => base64.test(given.keySecret.reveal()), { path: ['keySecret'], error: 'must be base64' })
      .optional(),
    webhook: z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .describe('Gets a POST of `{ "action": "put" | "remove", "name", "value" }`.'),
        secret: SecretText.describe('Sent as `Authorization: Bearer …`.'),
        timeoutSeconds: z.int().min(1).max(600).default(30),
      })
      .optional(),
    exec: z
      .strictObject({
        command: z
          .array(z.string().min(1))
          .min(1)
          .describe(
            'A program and its words; `put` or `remove`, the name and the value follow them. No shell is between.',
          ),
        timeoutSeconds: z.int().min(1).max(600).default(60),
      })
      .optional(),
  })
  .refine(({ rfc2136, webhook, exec }) => [rfc2136, webhook, exec].filter((one) => one !== undefined).length <= 1, {
    error: 'only one of rfc2136, webhook and exec can be the provider',
  });

/** From whom certificates come, and how hosts prove themselves. */
export const AcmeSettings = z
  .strictObject({
    directory: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'The directory of a certificate authority, such as https://acme-v02.api.letsencrypt.org/directory. Default: none; certificates are brought.',
      ),
    termsAgreed: z.boolean().default(false).describe('That you agree to the authority’s terms; must be true.'),
    email: z.email().optional().describe('Where the authority may write to.'),
    caFile: z.string().min(1).optional().describe('Roots to trust the authority by, for one that is not public (PEM).'),
    eabKeyId: z.string().min(1).optional().describe('For authorities that bind accounts to their own (EAB).'),
    eabHmacKey: SecretText.optional().describe('The key that belongs to `eabKeyId`, in base64url.'),
    challenge: z
      .enum(['http-01', 'tls-alpn-01'])
      .default('http-01')
      .describe('How hosts prove themselves that do not by DNS: on port 80, or on port 443.'),
    check: z
      .boolean()
      .default(true)
      .describe(
        'Look whether a domain leads here before the authority is asked. False where this network cannot reach itself.',
      ),
    checkPort: z.int().min(1).max(65535).default(80).describe('Where the check asks: 80, as public authorities do.'),
    resolvers: z
      .array(DnsAddress)
      .default([])
      .describe('DNS servers to ask for what strangers see. Default: the machine’s.'),
    parallelOrders: z.int().min(1).max(50).default(4).describe('Orders under way at a time.'),
    ordersPerDomainPerWeek: z
      .int()
      .min(1)
      .max(100_000)
      .default(40)
      .describe('Below one domain; the great public authority allows 50.'),
    dns: DnsSettings.prefault({}),
  })
  .refine(({ directory, termsAgreed }) => directory === undefined || termsAgreed, {
    path: ['termsAgreed'],
    error: 'must be true: read the terms of the authority, and agree to them',
  })
  .refine(({ eabKeyId, eabHmacKey }) => (eabKeyId === undefined) === (eabHmacKey === undefined), {
    path: ['eabKeyId'],
    error: 'eabKeyId and eabHmacKey go together',
  });

/** A certificate in files, which somebody else renews. */
export const CertificateFileSettings = z.strictObject({
  certFile: z.string().min(1).describe('PEM: the certificate, then those that lead from it to a root.'),
  keyFile: z.string().min(1).describe('PEM: its key.'),
});

export type AcmeSettings = z.output<typeof AcmeSettings>;
