import { expect, test } from 'vitest';
import { describeEdge, type EdgeStage } from '../../ports/edge.contract.ts';
import { MemoryEdge } from './memory-edge.ts';

describeEdge('the edge in memory', async (): Promise<EdgeStage> => {
  const edge = new MemoryEdge();
  return {
    edge,
    startInstance: async (instance) => ({ instance, host: '127.0.0.1', port: 80 }),
    visit: async (host, path) => {
      const visit = edge.visit(host, path);
      if (visit === undefined) return undefined;
      const cut = async (): Promise<void> => expect(visit.isCut).toBe(true);
      return { instance: visit.instance, end: async () => visit.end(), cut };
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
