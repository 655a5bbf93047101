import { expect, test } from 'vitest';
import { DomainRoute } from './app-route.ts';
import { DomainHost } from './name.ts';

test.each([
  ['shop.example.org', true],
  ['localhost', true],
  ['*.example.org', true],
  ['*.a.example.org', true],
  ['*', false],
  ['*.org', false],
  ['*.*.example.org', false],
  ['a.*.example.org', false],
  ['*a.example.org', false],
  ['*.', false],
  ['*.0.0.1', false],
  ['127.0.0.1', false],
  ['Shop.example.org', false],
])('the host %j may lead to an app: %s', (host, valid) => {
  expect(DomainHost.safeParse(host).success).toBe(valid);
});

function isRedirect(to: string, more: object = {}, place: object = {}): boolean {
  return DomainRoute.safeParse({ host: 'old.example.org', ...place, redirect: { to, ...more } }).success;
}

test.each([
  ['https://new.example.org', true],
  ['http://new.example.org:8080/a/b', true],
  ['https://192.0.2.7/', true],
  ['https://new.example.org/?a=b', false],
  ['ftp://new.example.org', false],
  ['javascript:alert(1)', false],
  ['//new.example.org', false],
  ['https://ann:secret@new.example.org', false],
  ['https://new.example.org\\@other.example.org', false],
  ['https://new.example.org/a b', false],
  ['https://new.example.org/\r\nSet-Cookie: a=b', false],
  ['https://', false],
  ['new.example.org', false],
  ['', false],
])('visitors may be sent to %j: %s', (to, valid) => {
  expect(isRedirect(to)).toBe(valid);
});

test('a query may be part of where visitors are sent when theirs does not follow', () => {
  expect(isRedirect('https://new.example.org/?a=b', { keepPath: false })).toBe(true);
});

test.each([
  ['https://old.example.org', '/', false],
  ['https://old.example.org:8443/x', '/', false],
  ['/new', '/', false],
  ['/', '/', false],
  ['/new', '/old', true],
  ['/old', '/old', false],
  ['/old/er', '/old', false],
  ['/older', '/old', true],
  ['https://old.example.org/new', '/old', true],
  ['https://old.example.org/old', '/old', false],
  ['https://www.old.example.org', '/', true],
])('to %j from %j is no circle: %s', (to, pathPrefix, valid) => {
  expect(isRedirect(to, {}, { pathPrefix })).toBe(valid);
});
