import { describe, expect, test } from 'vitest';
import { listImports } from './import.ts';
import { findPlace, judgeImport, parseRooms } from './room.ts';
import { countLines, hasFile, listFiles, listSourceFiles, locate, readText } from './source-file.ts';

const architecture = readText('ARCHITECTURE.md');
const rooms = parseRooms(architecture);
const files = listSourceFiles().filter(({ path }) => /^packages\/[^/]+\/src\//.test(path));

describe('the table of rooms in ARCHITECTURE.md', () => {
  test('lists every room there is: no source file lies outside', () => {
    const homeless = files.filter(({ path }) => findPlace(rooms, path) === undefined);
    expect(homeless.map(({ path }) => path)).toEqual([]);
  });

  test('lists no room that is not there', () => {
    const missing = rooms.filter(
      ({ name }) => !name.includes('*') && !name.endsWith('.ts') && !hasFile(findHome(name)),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test('says one sentence about each room', () => {
    const wordy = rooms.filter(({ sentence }) => !/^[^.]+\.$/.test(sentence));
    expect(wordy.map(({ name }) => name)).toEqual([]);
  });

  test('goes downwards: a room imports only what stands above it in no circle', () => {
    expect(findCircle(new Map(rooms.map(({ name, mayImport }) => [name, mayImport])))).toBeUndefined();
  });
});

test('every import stays within what its room may import', () => {
  const complaints = files.flatMap((file) =>
    listImports(file.tokens).flatMap(({ specifier, at }) => {
      const complaint = judgeImport(rooms, file.path, specifier);
      return complaint === undefined ? [] : [`${locate(file, at)} ${complaint}`];
    }),
  );
  expect(complaints).toEqual([]);
});

describe('a README in each room', () => {
  const places = new Set(files.flatMap(({ path }) => findPlace(rooms, path)?.name ?? []));
  const expected = [...places].filter((name) => !name.endsWith('.ts')).map((name) => `${findHome(name)}README.md`);

  test('is there: what lives here, what may not', () => {
    expect(expected.filter((path) => !hasFile(path))).toEqual([]);
  });

  test('has at most ten lines', () => {
    const readmes = listFiles(['packages/*/README.md', 'packages/*/src/**/README.md']);
    expect(readmes.filter((path) => countLines(readText(path)) > 10)).toEqual([]);
  });
});

/** `daemon/core` → `packages/daemon/src/core`. */
function findFolder(name: string): string {
  return `packages/${name.replace(/^([^/]+)/, '$1/src')}`;
}

/** A room that is a whole package has its README where a package has it. */
function findHome(name: string): string {
  return name.includes('/') ? `${findFolder(name)}/` : `packages/${name}/`;
}

function findCircle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(name)) return [...path, name];
    if (done.has(name)) return undefined;
    const circle = (graph.get(name) ?? [])
      .map((next) => visit(next, [...path, name]))
      .find((found) => found !== undefined);
    done.add(name);
    return circle;
  };
  return [...graph.keys()].map((name) => visit(name, [])).find((found) => found !== undefined);
}
