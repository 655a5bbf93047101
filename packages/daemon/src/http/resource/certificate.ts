import { Certificate, CertificateRequest } from '@berth/spec/certificate';
import { CertificatePage } from '@berth/spec/page';
import { z } from 'zod';
import { listCertificates, putCertificate, removeCertificate, showCertificate } from '../../use-cases/certificates.ts';
import { renewCertificate } from '../../use-cases/renew-certificate.ts';
import { answer, json, nothing } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { Wait, waitMs } from '../moment.ts';
import { wholePage } from '../paging.ts';

const CertificateParams = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9.*-]{1,253}$/, 'must be the id of a certificate, or a host')
    .describe('Its id, or a host it serves.'),
});

export const certificateEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/certificates',
    operationId: 'listCertificates',
    summary: 'List certificates, how they are and why',
    description: 'For administrators all of them, for others those of their apps’ hosts. No private key is ever given.',
    answers: { 200: json(CertificatePage, 'All of them.') },
    problems: [],
    handle: ({ context, actor }) => answer(200, wholePage(listCertificates(context, actor))),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/certificates/{id}',
    operationId: 'getCertificate',
    summary: 'Read how a certificate is, or the one of a host',
    params: CertificateParams,
    answers: { 200: json(Certificate, 'The certificate.') },
    problems: ['certificate-not-found'],
    handle: ({ context, actor, params }) => answer(200, showCertificate(context, actor, params.id)),
  }),
  endpoint({
    method: 'PUT',
    path: '/v1/certificates',
    operationId: 'putCertificate',
    summary: 'Add a certificate of your own, or the one that follows it',
    description:
      'Its hosts are those that it names as subject alternative names, and all of them must lead to apps of yours; administrators may bring any. It wins over one from the certificate authority, and takes the place of the one before with the same hosts.',
    body: CertificateRequest,
    idempotencyKey: 'never',
    answers: {
      200: json(Certificate, 'It took the place of the one before, or was there already.'),
      201: json(Certificate, 'Added.'),
    },
    problems: ['certificate-refused'],
    handle: async ({ context, actor, body }) => {
      const { certificate, created } = await putCertificate(context, actor, body);
      return answer(created ? 201 : 200, certificate);
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/certificates/{id}/actions/renew',
    operationId: 'renewCertificate',
    summary: 'Ask the certificate authority for a new one now',
    description: 'Forgets that the last attempt failed. The limits of the authority hold all the same.',
    params: CertificateParams,
    query: z.strictObject({ wait: Wait.optional() }),
    answers: { 200: json(Certificate, 'The new certificate after `wait`, else how it stands.') },
    problems: [
      'certificate-not-found',
      'wrong-state',
      'domain-unproven',
      'dns-provider-failed',
      'edge-unreachable',
      'authority-limited',
      'authority-refused',
      'authority-unreachable',
    ],
    handle: async ({ context, actor, params, query, signal }) => {
      const timeoutMs = query.wait === undefined ? undefined : waitMs(query.wait);
      return answer(200, await renewCertificate(context, actor, { key: params.id, timeoutMs, signal: signal() }));
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/certificates/{id}',
    operationId: 'removeCertificate',
    summary: 'Forget a certificate that was added, or one that no host needs',
    params: CertificateParams,
    answers: { 204: nothing('Forgotten.') },
    problems: ['certificate-not-found', 'still-in-use'],
    handle: async ({ context, actor, params }) => {
      await removeCertificate(context, actor, params.id);
      return answer(204, null);
    },
  }),
];
