import { expect, test } from 'vitest';
import { chooseApiVersion, isVersionRefusal } from './api-version.ts';

test.each([
  ['20.10', { ApiVersion: '1.41', MinAPIVersion: '1.12' }, '1.41'],
  ['27', { ApiVersion: '1.47', MinAPIVersion: '1.24' }, '1.47'],
  ['29', { ApiVersion: '1.52', MinAPIVersion: '1.44' }, '1.52'],
  ['one to come', { ApiVersion: '1.100', MinAPIVersion: '1.50' }, '1.52'],
  ['podman, which may not say its oldest', { ApiVersion: '1.41' }, '1.41'],
])('the newest version both sides speak is chosen for %s', (_engine, spoken, chosen) => {
  expect(chooseApiVersion(spoken)).toBe(chosen);
});

test.each([
  ['too old', { ApiVersion: '1.40', MinAPIVersion: '1.12' }],
  ['too new', { ApiVersion: '1.70', MinAPIVersion: '1.53' }],
  ['no engine at all', {}],
])('an engine that is %s is refused with both sides’ versions', (_what, spoken) => {
  expect(() => chooseApiVersion(spoken)).toThrow(
    expect.objectContaining({
      code: 'engine-failed',
      message: expect.stringMatching(/Berth speaks 1\.41 to 1\.52|did not say/),
    }),
  );
});

test('the two refusals of an engine that was replaced are known', () => {
  expect(isVersionRefusal(400, 'client version 1.99 is too new. Maximum supported API version is 1.41')).toBe(true);
  expect(
    isVersionRefusal(
      400,
      'client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version',
    ),
  ).toBe(true);
  expect(isVersionRefusal(400, 'invalid reference format')).toBe(false);
});
