import { expect, test } from 'vitest';
import type { EdgeChallenge } from '../../core/edge-certificate.ts';
import { describeEdge, type EdgeStage } from '../../ports/edge.contract.ts';
import { MemoryEdge } from './memory-edge.ts';

describeEdge('the edge in memory', async (): Promise<EdgeStage> => {
  const edge = new MemoryEdge();
  let certificates = 0;
  return {
    edge,
    startInstance: async (instance) => ({ instance, host: '127.0.0.1', port: 80 }),
    visit: async (host, path) => {
      const visit = edge.visit(host, path);
      if (visit === undefined) return undefined;
      const cut = async (): Promise<void> => expect(visit.isCut).toBe(true);
      return { instance: visit.instance, end: async () => visit.end(), cut };
    },
    makeCertificate: (hosts) => {
      certificates += 1;
      return {
        hosts,
        certificatePem: `-----BEGIN CERTIFICATE----- ${certificates}`,
        keyPem: '-----BEGIN PRIVATE KEY-----',
      };
    },
    certificateOf: async (host) => edge.certificateFor(host)?.certificatePem,
    askHttp: async (host, path) => {
      const isAsked = (one: EdgeChallenge): boolean =>
        one.kind === 'http-01' && one.host === host && path === `/.well-known/acme-challenge/${one.token}`;
      const challenge = edge.challenges.find(isAsked);
      return challenge?.kind === 'http-01' ? challenge.keyAuthorization : undefined;
    },
    close: async () => {},
  };
});

test('an edge out of reach refuses orders, and tells when it is back', async () => {
  const edge = new MemoryEdge();
  let connections = 0;
  edge.onConnected(() => (connections += 1));
  edge.disconnect();
  await expect(edge.replace([])).rejects.toMatchObject({ code: 'edge-unreachable' });
  edge.connect();
  await edge.replace([]);
  expect(connections).toBe(2);
});
