import { expect, test } from 'vitest';
import { forwardedHeaders, isOverwritten } from './forwarded.ts';

const stranger = { address: '203.0.113.9', isTrusted: false };
const proxy = { address: '10.0.0.1', isTrusted: true };
const claims = [
  'Host',
  'x.test:8080',
  'X-Forwarded-For',
  '198.51.100.7',
  'X-Forwarded-Host',
  'shop.example',
  'X-Forwarded-Proto',
  'https',
  'Forwarded',
  'for=198.51.100.7',
  'X-Forwarded-Prefix',
  '/outer',
];

test('a stranger’s word on where it comes from does not count', () => {
  expect(forwardedHeaders(claims, stranger, '')).toEqual([
    'X-Forwarded-For',
    '203.0.113.9',
    'X-Forwarded-Host',
    'x.test:8080',
    'X-Forwarded-Proto',
    'http',
    'Forwarded',
    'for=203.0.113.9;host="x.test:8080";proto=http',
  ]);
});

test('a trusted proxy’s word counts, and it is named behind it', () => {
  expect(forwardedHeaders(claims, proxy, '/inner')).toEqual([
    'X-Forwarded-For',
    '198.51.100.7, 10.0.0.1',
    'X-Forwarded-Host',
    'shop.example',
    'X-Forwarded-Proto',
    'https',
    'Forwarded',
    'for=198.51.100.7, for=10.0.0.1;host="x.test:8080";proto=http',
    'X-Forwarded-Prefix',
    '/outer/inner',
  ]);
});

test('an IPv6 visitor is written in quotes and brackets', () => {
  expect(forwardedHeaders(['Host', 'x.test'], { address: '::1', isTrusted: false }, '')).toContain(
    'for="[::1]";host="x.test";proto=http',
  );
});

test('of a stranger all such headers go, of a trusted proxy those that are written anew', () => {
  expect(isOverwritten('x-forwarded-port', stranger)).toBe(true);
  expect(isOverwritten('x-real-ip', stranger)).toBe(true);
  expect(isOverwritten('x-forwarded-port', proxy)).toBe(false);
  expect(isOverwritten('x-forwarded-for', proxy)).toBe(true);
  expect(isOverwritten('cookie', stranger)).toBe(false);
});
