import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSelfSigned } from '../../adapters/acme/der/self-signed.ts';
import { openTestApi, type TestApi } from '../test-api.contract.ts';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi();
  await api.deploy('shop', { domains: [{ host: 'shop.example.org' }] });
});
afterAll(() => api.close());

function bring(hosts: readonly string[], days = 90) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = Math.floor(Date.now() / 1000) * 1000;
  const facts = { commonName: 'Own CA', hosts, notBefore: now - 1000, notAfter: now + days * 86_400_000 };
  return {
    certificatePem: createSelfSigned(facts, privateKey),
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }),
  };
}

test('a certificate is added, replaced, read by its id and by its host, and removed', async () => {
  const added = await api.call('PUT /v1/certificates', { body: bring(['shop.example.org']) });
  expect(added).toMatchObject({ status: 201, body: { hosts: ['shop.example.org'], state: 'valid', source: 'upload' } });
  const { id } = added.body as { id: string };
  expect(await api.call('PUT /v1/certificates', { body: bring(['shop.example.org'], 180) })).toMatchObject({
    status: 200,
    body: { id },
  });
  expect(await api.call('GET /v1/certificates/shop.example.org')).toMatchObject({ status: 200, body: { id } });
  const list = await api.call('GET /v1/certificates');
  expect(list).toMatchObject({ status: 200, body: { items: [{ id, issuer: 'Own CA' }], next: null } });
  expect(list.text).not.toContain('PRIVATE');
  expect((await api.call('GET /metrics')).text).toMatch(
    /berth_certificate_expiry_seconds\{host="shop\.example\.org"\} \d{10}/,
  );
  expect((await api.call('GET /v1/events?after=0', { headers: { accept: 'application/json' } })).text).toContain(
    'certificate.added',
  );
  expect(await api.call(`POST /v1/certificates/${id}/actions/renew`)).toMatchObject({ status: 409 });
  expect(await api.call(`DELETE /v1/certificates/${id}`)).toMatchObject({ status: 204 });
  expect(await api.call(`GET /v1/certificates/${id}`)).toMatchObject({
    status: 404,
    body: { code: 'certificate-not-found' },
  });
});

test('one that cannot be used is refused by its field', async () => {
  expect(await api.call('PUT /v1/certificates', { body: { ...bring(['a.org']), keyPem: 'none' } })).toMatchObject({
    status: 422,
    body: { code: 'certificate-refused', errors: [{ field: 'keyPem' }] },
  });
  expect(await api.call('PUT /v1/certificates', { body: { certificatePem: 'x' } })).toMatchObject({
    status: 422,
    body: { code: 'validation-failed' },
  });
});

test('others see neither certificates of hosts that are not theirs nor whether there are any', async () => {
  await api.call('PUT /v1/certificates', { body: bring(['shop.example.org']) });
  const token = await api.tokenFor('mallory');
  expect((await api.call('GET /v1/certificates', { token })).body['items']).toEqual([]);
  for (const line of ['GET /v1/certificates/shop.example.org', 'DELETE /v1/certificates/shop.example.org'])
    expect(await api.call(line, { token })).toMatchObject({ status: 404, body: { code: 'certificate-not-found' } });
  expect(await api.call('PUT /v1/certificates', { body: bring(['shop.example.org']), token })).toMatchObject({
    status: 403,
  });
  expect(await api.call('GET /v1/certificates', { token: null })).toMatchObject({ status: 401 });
});

test('a host without a certificate says why', async () => {
  const { status, body } = await api.call('GET /v1/certificates/shop.localhost');
  expect(status).toBe(404);
  expect(body['detail']).toContain('edge.acme.directory');
});
