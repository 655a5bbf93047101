import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { packTar } from '../../../../../../scripts/tar.ts';
import { parseTar, renderTar, type TarEntry } from './tar.ts';

const anyPath = fc
  .array(fc.stringMatching(/^[a-z0-9ö]{1,40}$/), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join('/'));
const anyMode = fc.integer({ min: 0, max: 0o777 });
const anyEntry: fc.Arbitrary<TarEntry> = fc.record({
  path: anyPath,
  entry: fc.oneof(
    fc.record({ kind: fc.constant('directory' as const), mode: anyMode }),
    fc.record({
      kind: fc.constant('file' as const),
      mode: anyMode,
      content: fc.uint8Array({ maxLength: 1_500 }).map((bytes) => Buffer.from(bytes)),
    }),
    fc.record({ kind: fc.constant('link' as const), mode: anyMode, target: fc.stringMatching(/^[a-z/]{1,60}$/) }),
  ),
});

test('what is packed is unpacked, however long its path', () => {
  fc.assert(
    fc.property(fc.array(anyEntry, { maxLength: 5 }), (entries) => {
      expect(parseTar(renderTar(entries))).toEqual(entries);
    }),
  );
});

test('archives of others are read', () => {
  const archive = Buffer.concat(
    packTar([{ path: 'hold' }, { path: 'hold/cargo', content: 'tea', mode: 0o600 }, { path: 'way', linkTo: 'hold' }]),
  );
  expect(parseTar(archive)).toEqual([
    { path: 'hold', entry: { kind: 'directory', mode: 0o755 } },
    { path: 'hold/cargo', entry: { kind: 'file', mode: 0o600, content: Buffer.from('tea') } },
    { path: 'way', entry: { kind: 'link', mode: 0o644, target: 'hold' } },
  ]);
});

test('what is no archive is refused', () => {
  expect(() => parseTar(Buffer.alloc(2_000, 7))).toThrow(expect.objectContaining({ code: 'engine-failed' }));
});
