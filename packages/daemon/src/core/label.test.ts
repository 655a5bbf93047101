import { expect, test } from 'vitest';
import type { Container } from './container.ts';
import { containerRequest } from './container-request.ts';
import { isInstance, parseInstance } from './label.ts';
import { simulatedApp, simulatedRelease } from './simulated-world.ts';

const placement = {
  site: 'berth',
  revision: { release: 3, generation: 5 },
  slot: 1,
  publishAt: null,
  publicAt: null,
  exposed: [],
  log: { maxSizeBytes: 1, maxFiles: 1 },
};

function container(known: Partial<Container> = {}): Container {
  const { name, labels } = containerRequest(simulatedApp(), simulatedRelease(3), placement);
  const ended = { startedAt: null, finishedAt: null, exitCode: null, outOfMemory: false, error: '', address: null };
  const bare = { exposed: [], command: '', health: null, networks: [], mounts: [] };
  return {
    id: 'c1',
    name,
    image: 'shop:1',
    imageId: 'i',
    labels,
    state: 'created',
    createdAt: 1,
    published: [],
    ...bare,
    ...ended,
    ...known,
  };
}

test('a container that Berth made is known by its labels', () => {
  expect(parseInstance(container(), null)).toMatchObject({
    id: 'c1',
    appId: 'app-1',
    release: 3,
    generation: 5,
    slot: 1,
  });
});

test('a container that only inherited the labels, from an image of one of ours, is foreign', () => {
  expect(isInstance(container({ name: 'my-copy' }))).toBe(false);
  expect(parseInstance(container({ name: 'my-copy' }), null)).toBeUndefined();
});

test('an app without a port does not inherit one from its image’s labels', () => {
  const { labels } = containerRequest(simulatedApp(), simulatedRelease(3, { servedPort: null }), placement);
  expect(labels['berth.port']).toBe('');
});

test('a label of the user’s own cannot pass for one of Berth’s', () => {
  const release = simulatedRelease(3);
  const spec = { ...release.spec, labels: { 'berth.owner': 'mallory', team: 'sea' } };
  const { labels } = containerRequest(simulatedApp(), { ...release, spec }, placement);
  expect(labels).toMatchObject({ 'berth.owner': 'ann', team: 'sea' });
});
