import { expect, test } from 'vitest';
import { listFiles, readText } from './source-file.ts';

type Versions = Readonly<Record<string, string>>;
type Manifest = {
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly optionalDependencies?: Versions;
};

const dependencies = listFiles(['package.json', 'packages/*/package.json']).flatMap((path) => {
  const manifest = JSON.parse(readText(path)) as Manifest;
  return Object.entries({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies });
});

test('a dependency has one exact version: two installs of one commit are the same', () => {
  expect(dependencies.filter(([, version]) => !/^(?:npm:.+@)?\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test('docs/dependencies.md says of each dependency why it is here, and of no other', () => {
  const told = [...readText('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| .{10,} \|$/gm)].map(
    ([, name = '']) => name,
  );
  const direct = new Set(dependencies.map(([name]) => name).filter((name) => !name.startsWith('@berth/')));
  expect(told.toSorted()).toEqual([...direct].toSorted());
});

test('the lock says what is installed, not where it came from: it works with every registry', () => {
  expect(readText('package-lock.json')).not.toMatch(/"resolved": "https?:/);
});
