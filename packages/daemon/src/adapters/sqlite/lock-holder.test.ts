import { expect, test } from 'vitest';
import { parseLockHolder } from './lock-holder.ts';

const locks = `
1: POSIX  ADVISORY  WRITE 4711 fe:00:131073 1073741824 1073742335
2: FLOCK  ADVISORY  WRITE 22 fe:00:131074 0 EOF
2: -> FLOCK  ADVISORY  WRITE 23 fe:00:131074 0 EOF
3: POSIX  ADVISORY  READ 24 fe:00:131075 0 EOF
4: POSIX  ADVISORY  WRITE 0 fe:00:131076 1073741826 1073742335
`;

test('the holder of a database is found by its inode', () => {
  expect(parseLockHolder(locks, 131073)).toBe(4711);
});

test.each([
  [131072, 'nobody holds'],
  [131074, 'is locked in another way'],
  [131075, 'is locked in another place'],
  [131076, 'is held by a process of another namespace'],
])('no holder is told for inode %d, which %s', (inode) => {
  expect(parseLockHolder(locks, inode)).toBeUndefined();
});
