import { describe, expect, test } from 'vitest';
import { judgeImport, parseRooms } from './room.ts';
import { readText } from './source-file.ts';

const rooms = parseRooms(readText('ARCHITECTURE.md'));

test.each([
  ['core/plan.ts', '@berth/spec/app'],
  ['core/plan.ts', './route.ts'],
  ['core/plan.test.ts', 'fast-check'],
  ['use-cases/deploy-app.ts', '../ports/engine.ts'],
  ['adapters/docker/call.ts', 'node:http'],
  ['dialects/hosted/route.ts', '../../use-cases/deploy-app.ts'],
  ['compose.ts', './adapters/docker/open-engine.ts'],
  ['compose.ts', './dialects/src/start.ts'],
  ['http/app-route.ts', '@fastify/sse'],
])('%s may import %s', (path, specifier) => {
  expect(judge(path, specifier)).toBeUndefined();
});

describe('a complaint says why', () => {
  test.each([
    ['core/plan.ts', 'node:fs', 'core decides and does not do'],
    ['core/plan.ts', 'fs/promises', 'may not import node:fs/promises'],
    ['core/plan.ts', 'kysely', 'core decides and does not do'],
    ['core/plan.ts', '../ports/engine.ts', 'may not import daemon/ports'],
    ['ports/engine.ts', 'node:http', 'says what is needed, never how'],
    ['use-cases/deploy-app.ts', 'fastify', 'over HTTP, a dialect and a test'],
    ['use-cases/deploy-app.ts', '../adapters/docker/call.ts', 'through ports'],
    ['reconcile/converge.ts', '../adapters/docker/call.ts', 'goes through a port'],
    ['edge/head.ts', '../ports/edge.ts', 'outlives the control plane'],
    ['adapters/docker/call.ts', '../sqlite/open-store.ts', 'may not import daemon/adapters/sqlite'],
    ['dialects/hosted/route.ts', '../src/route.ts', 'may not import daemon/dialects/src'],
    ['http/app-route.ts', '../adapters/memory/engine.ts', 'the one place that authorises'],
    ['http/app-route.ts', '../compose.ts', 'may not import daemon/compose.ts'],
    ['http/app-route.ts', '../shed/thing.ts', 'lies in no room'],
    ['core/plan.ts', './plan.test.ts', 'does not lean on tests'],
    ['core/plan.ts', '../../../spec/src/app.ts', 'by name only'],
    ['compose.ts', undefined, 'computed import'],
  ])('%s importing %s: %s', (path, specifier, reason) => {
    expect(judge(path, specifier)).toContain(reason);
  });
});

function judge(path: string, specifier: string | undefined): string | undefined {
  return judgeImport(rooms, `packages/daemon/src/${path}`, specifier);
}
