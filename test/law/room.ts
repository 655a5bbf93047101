import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { whyNot } from './reason.ts';
import { isTest } from './source-file.ts';

/** One row of the table in ARCHITECTURE.md. */
export interface Room {
  /** As in the table: `daemon/core`, `daemon/dialects/*`. */
  readonly name: string;
  readonly sentence: string;
  readonly mayImport: readonly string[];
}

/** The room a file lies in: the folder that a `*` stood for is filled in. */
export interface Place {
  readonly room: Room;
  readonly name: string;
}

const ROW = /^\| `([^`]+)` \| ([^|]+?) \| ([^|]*?) \|$/;

/** Reads the rows of the table *room → sentence → may import*. */
export function parseRooms(markdown: string): readonly Room[] {
  const [, section = ''] = markdown.split(/^## Rooms$/m);
  const [table = ''] = section.split(/^## /m);
  return table.split('\n').flatMap((line) => {
    const [, name, sentence, allowed] = ROW.exec(line) ?? [];
    if (name === undefined || sentence === undefined) return [];
    return [{ name, sentence, mayImport: [...(allowed ?? '').matchAll(/`([^`]+)`/g)].map(([, token]) => token ?? '') }];
  });
}

/** Undefined when the file lies in no room. The longest name wins. */
export function findPlace(rooms: readonly Room[], path: string): Place | undefined {
  const places = rooms.flatMap((room) => {
    const [found] = toPattern(room.name).exec(renderInside(path)) ?? [];
    return found === undefined ? [] : [{ room, name: found }];
  });
  return places.toSorted((a, b) => b.name.length - a.name.length)[0];
}

/** The complaint about one import, or undefined when the table allows it. */
export function judgeImport(rooms: readonly Room[], path: string, specifier: string | undefined): string | undefined {
  const place = findPlace(rooms, path);
  if (place === undefined || isTest(path)) return undefined;
  if (specifier === undefined)
    return 'has a computed import: neither a reader nor this test can tell what it brings in';
  const target = findTarget(path, specifier);
  if (target === undefined) return judgePackage(place, specifier);
  if (!specifier.startsWith('@') && findPackage(target) !== findPackage(path))
    return `reaches ${target} by a path: packages see each other by name only, as their users do`;
  return judgeTarget(rooms, place, target);
}

function judgePackage({ room, name }: Place, specifier: string): string | undefined {
  const module = isBuiltin(specifier) && !specifier.startsWith('node:') ? `node:${specifier}` : specifier;
  const isAllowed = room.mayImport.some((token) => toPattern(token).test(module));
  return isAllowed ? undefined : `may not import ${module}: ${whyNot(name)}`;
}

function judgeTarget(rooms: readonly Room[], { room, name }: Place, target: string): string | undefined {
  const other = findPlace(rooms, target)?.name;
  if (other === undefined) return `imports ${target}, which lies in no room of ARCHITECTURE.md`;
  if (isTest(target)) return `imports ${target}: what runs in production does not lean on tests`;
  const isAllowed = other === name || room.mayImport.some((token) => toPattern(token).test(other));
  return isAllowed ? undefined : `may not import ${other}: ${whyNot(name)}`;
}

/** The file in this repository that is meant; undefined for packages of others. */
function findTarget(path: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.normalize(posix.join(posix.dirname(path), specifier));
  const [, name, rest] = /^@berth\/([^/]+)\/?(.*)$/.exec(specifier) ?? [];
  return name === undefined ? undefined : `packages/${name}/src/${rest}`;
}

function findPackage(path: string): string | undefined {
  return /^packages\/[^/]+\/src\//.exec(path)?.[0];
}

/** `packages/daemon/src/core/plan.ts` → `daemon/core/plan.ts`. */
function renderInside(path: string): string {
  return path.replace(/^packages\/([^/]+)\/src\//, '$1/');
}

/** A pattern matches the whole name or a folder above. */
function toPattern(name: string): RegExp {
  const escaped = name.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '[^/]+');
  return new RegExp(String.raw`^${escaped}(?=/|$)`);
}
