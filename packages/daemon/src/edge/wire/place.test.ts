import { describe, expect, test } from 'vitest';
import { rewriteCookie, rewriteLocation } from './place.ts';

const below = { prefix: '/p', base: '', host: undefined };
const onBase = { prefix: '', base: '/base', host: undefined };
const both = { prefix: '/p', base: '/base', host: undefined };
const inner = { prefix: '', base: '', host: '10.0.0.2:3000' };
const innerBelow = { prefix: '/p', base: '', host: '10.0.0.2:3000' };

const renamed = { ...inner, host: undefined, renames: { authority: '10.0.0.2:3000', host: true } };
const renamedBelow = { ...renamed, prefix: '/p' };
const secured = { ...renamed, renames: { ...renamed.renames, host: false, scheme: 'https' as const } };
const renamedSecured = { ...renamed, renames: { ...renamed.renames, scheme: 'https' as const } };

describe('a Location', () => {
  test.each([
    ['/a', below, '/p/a'],
    ['/', below, '/p/'],
    ['/a?b=/c#d', below, '/p/a?b=/c#d'],
    ['/?a', below, '/p/?a'],
    ['/p', below, '/p'],
    ['/p/a', below, '/p/a'],
    ['/p?a', below, '/p?a'],
    ['/pa', below, '/p/pa'],
    ['a/b', below, 'a/b'],
    ['?a', below, '?a'],
    ['', below, ''],
    ['http://x.test:8080/a', below, 'http://x.test:8080/p/a'],
    ['HTTPS://X.Test:8080/a?b', below, 'HTTPS://X.Test:8080/p/a?b'],
    ['//x.test:8080/a', below, '//x.test:8080/p/a'],
    ['http://x.test:8080', below, 'http://x.test:8080/p/'],
    ['http://x.test:8080?a', below, 'http://x.test:8080/p/?a'],
    ['http://x.test:8080/p/a', below, 'http://x.test:8080/p/a'],
    ['http://x.test/a', below, 'http://x.test/a'],
    ['http://other.test/a', below, 'http://other.test/a'],
    ['http://x.test:8080@evil.test/a', below, 'http://x.test:8080@evil.test/a'],
    ['//other.test/a', below, '//other.test/a'],
    ['ftp://x.test:8080/a', below, 'ftp://x.test:8080/a'],
    ['mailto:a@x.test', below, 'mailto:a@x.test'],
    ['/base/a', onBase, '/a'],
    ['/base', onBase, '/'],
    ['/base?a', onBase, '/?a'],
    ['/base//evil.test', onBase, '/base//evil.test'],
    ['/base//evil.test', both, '/p//evil.test'],
    ['/other', onBase, '/other'],
    ['/based', onBase, '/based'],
    ['/base/a', both, '/p/a'],
    ['/base', both, '/p/'],
    ['/p/a', both, '/p/a'],
    ['http://10.0.0.2:3000/a', inner, '/a'],
    ['http://10.0.0.2:3000', inner, '/'],
    ['http://10.0.0.2:3000//evil.test', inner, 'http://10.0.0.2:3000//evil.test'],
    ['http://10.0.0.3:3000/a', inner, 'http://10.0.0.3:3000/a'],
    ['http://10.0.0.2:3000/a', innerBelow, '/p/a'],
    ['/a', inner, '/a'],
    ['http://10.0.0.2:3000/a?b#c', renamed, 'http://x.test:8080/a?b#c'],
    ['http://10.0.0.2:3000', renamed, 'http://x.test:8080/'],
    ['http://10.0.0.2:3000/a', renamedBelow, 'http://x.test:8080/p/a'],
    ['http://10.0.0.2:3000/a', secured, 'https://10.0.0.2:3000/a'],
    ['http://10.0.0.2:3000/a', renamedSecured, 'https://x.test:8080/a'],
    ['http://10.0.0.3:3000/a', renamedSecured, 'http://10.0.0.3:3000/a'],
    ['/a', renamedSecured, '/a'],
  ])('%s with %j is %s', (sent, way, expected) => {
    expect(rewriteLocation(sent, way, 'x.test:8080')).toBe(expected);
  });
});

describe('a cookie', () => {
  test.each([
    ['k=v; Path=/', below, 'k=v; Path=/p'],
    ['k=v; Path=/a; Secure', below, 'k=v; Path=/p/a; Secure'],
    ['k=v;path=/a/', below, 'k=v;path=/p/a/'],
    ['k=v; PATH = /a ;Secure', below, 'k=v; PATH = /p/a;Secure'],
    ['k=v; Path=/p', below, 'k=v; Path=/p'],
    ['k=v; Path=/p/', below, 'k=v; Path=/p/'],
    ['k=v; Path=/p/a', below, 'k=v; Path=/p/a'],
    ['k=v; Path=', below, 'k=v; Path='],
    ['k=v', below, 'k=v'],
    ['path=/a; HttpOnly', below, 'path=/a; HttpOnly'],
    ['k=v; Path=/base/a', onBase, 'k=v; Path=/a'],
    ['k=v; Path=/base', onBase, 'k=v; Path=/'],
    ['k=v; Path=/', onBase, 'k=v; Path=/'],
    ['k=v; Path=/base', both, 'k=v; Path=/p'],
  ])('%s with %j is %s', (sent, way, expected) => {
    expect(rewriteCookie(sent, way)).toBe(expected);
  });
});
