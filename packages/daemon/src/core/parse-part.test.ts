import { AppRequest } from '@berth/spec/app-spec';
import { isProblem } from '@berth/spec/problem';
import { expect, test } from 'vitest';
import { parsePart } from './parse-part.ts';

function fieldsOf(value: unknown): string[] {
  try {
    parsePart(AppRequest, value, 'body');
    return [];
  } catch (error) {
    if (!isProblem(error, 'validation-failed')) throw error;
    return (error.facts.errors ?? []).map(({ field, detail }) => `${field}: ${detail}`);
  }
}

test('what is valid comes back with its defaults', () => {
  expect(parsePart(AppRequest, { image: 'a:1' }, 'body')).toMatchObject({
    image: 'a:1',
    started: true,
    pidsLimit: 1024,
  });
});

test.each<[unknown, RegExp]>([
  [{}, /^image: is needed$/],
  [{ image: 'a:1', imgae: 'b' }, /^imgae: is not a field that is known here$/],
  [{ image: 'a:1', ports: [{ containerPort: 80 }, { containerPort: 'x' }] }, /^ports\[1\]\.containerPort: /],
  [{ image: 'a:1', health: { path: 'x' } }, /^health\.path: must be a URL path$/],
  [{ image: 'a:1', env: { 'A B': '1' } }, /^env\["A B"\]: /],
  [
    { image: 'a:1', files: [{ path: '/a', content: '%', encoding: 'base64' }] },
    /^files\[0\]\.content: must be base64$/,
  ],
  ['text', /^body: /],
  [null, /^body: /],
])('of %j the field is named', (value, field) => {
  expect(fieldsOf(value)).toEqual([expect.stringMatching(field)]);
});

test('many errors are told, within bounds, and the first stands in the detail', () => {
  const env = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`not ${index}`, '1']));
  expect(fieldsOf({ image: 'a:1', env })).toHaveLength(20);
  expect(() => parsePart(AppRequest, { image: 'a:1', env }, 'body')).toThrow(/^env\["not 0"\]: .* \(and 49 more\)$/);
});
