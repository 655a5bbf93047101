import { AppName, UserName } from '@berth/spec/name';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appNameOf, isUser, parseTrueName, renderTrueName, userNameOf } from './true-name.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const images = [
  'httpd',
  'httpd:2.4',
  'team/httpd',
  'registry.example.org:5000/team/httpd:2.4',
  `httpd@${digest}`,
  'a--b',
  'xn',
  'very-long-name-of-an-image-that-goes-on-and-on-and-on',
];
const anyUser = fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/).filter(isUser);

describe('the name of an app', () => {
  test.each([
    ['httpd--sarah', 'httpd--sarah'],
    ['httpd--Sarah', /^httpd-sarah-[0-9a-f]{10}$/],
    ['httpd:2.4--sarah', /^httpd-2-4-sarah-[0-9a-f]{10}$/],
    ['xn--sarah', /^xn-sarah-[0-9a-f]{10}$/],
    ['httpd--0123456789', /^httpd-0123456789-[0-9a-f]{10}$/],
  ])('of %s is %s', (trueName, expected) => {
    expect(appNameOf(trueName, null)).toMatch(expected instanceof RegExp ? expected : new RegExp(`^${expected}$`));
  });

  test('is a host name, another one for each true name and engine, and leads back to image and user', () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(fc.constantFrom(...images), anyUser, fc.constantFrom(null, 'far'), (image, user, facility) => {
        const trueName = renderTrueName({ image, user });
        const name = appNameOf(trueName, facility);
        expect(AppName.safeParse(name).success, name).toBe(true);
        expect(parseTrueName(trueName)).toEqual({ image, user });
        const whose = `${facility} ${trueName}`;
        expect(seen.get(name) ?? whose).toBe(whose);
        seen.set(name, whose);
      }),
    );
  });
});

describe('the name of a user', () => {
  test.each(['', '-ada', 'a--b', 'a b', 'ä', 'a/b', 'a'.repeat(101), 'a\n'])('is never %j', (user) => {
    expect(isUser(user)).toBe(false);
  });

  test('is a user’s of Berth, another one for each', () => {
    expect(userNameOf('ada')).toBe('ada');
    const names = ['Ada', 'ADA', '_ada', 'ada_', 'ada-0123456789', '_', 'a'.repeat(100)].map(userNameOf);
    for (const name of names) expect(UserName.safeParse(name).success, name).toBe(true);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('ada');
  });
});
