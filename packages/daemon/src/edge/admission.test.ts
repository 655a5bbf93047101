import { describe, expect, test } from 'vitest';
import { admit } from './admission.ts';

type Case = readonly [title: string, head: Partial<Parameters<typeof admit>[0]>, expected: string];

const chunked = ['Host', 'x.test', 'Transfer-Encoding', 'chunked'];

describe('a head is routed by', () => {
  const cases: readonly Case[] = [
    ['its host', {}, 'x.test /a?b'],
    ['its host in lower case', { rawHeaders: ['HOST', 'X.Test'] }, 'x.test /a?b'],
    ['its host without the port', { rawHeaders: ['Host', 'x.test:8080'] }, 'x.test /a?b'],
    ['its host without the trailing dot', { rawHeaders: ['Host', 'x.test.:80'] }, 'x.test /a?b'],
    ['an IPv4 address', { rawHeaders: ['Host', '127.0.0.1:80'] }, '127.0.0.1 /a?b'],
    ['an IPv6 address', { rawHeaders: ['Host', '[::1]:80'] }, '[::1] /a?b'],
    ['a name with an underscore', { rawHeaders: ['Host', 'a_b.test'] }, 'a_b.test /a?b'],
    ['the absolute form of its target', { url: 'http://x.test/p?q' }, 'x.test /p?q'],
    ['the absolute form without a path', { url: 'http://x.test?q' }, 'x.test /?q'],
    ['a path that stays as it was sent', { url: '/a/%2e%2e//b\\c' }, 'x.test /a/%2e%2e//b\\c'],
    ['a path with unescaped bytes', { url: '/caf\xe9' }, 'x.test /caf\xe9'],
    ['HTTP/1.0 with a host', { httpVersion: '1.0' }, 'x.test /a?b'],
    ['one length', { rawHeaders: ['Host', 'x.test', 'Content-Length', '5'] }, 'x.test /a?b'],
    ['chunked in capitals', { rawHeaders: ['Host', 'x.test', 'Transfer-Encoding', 'CHUNKED'] }, 'x.test /a?b'],
  ];
  test.each(cases)('%s', (_, head, expected) => {
    expect(renderAdmitted(head)).toBe(expected);
  });
});

describe('a head is refused for', () => {
  const cases: readonly Case[] = [
    ['no host', { rawHeaders: [] }, 'malformed-request'],
    ['an empty host', { rawHeaders: ['Host', ''] }, 'malformed-request'],
    ['two hosts', { rawHeaders: ['Host', 'x.test', 'host', 'x.test'] }, 'malformed-request'],
    ['a list of hosts', { rawHeaders: ['Host', 'x.test, y.test'] }, 'malformed-request'],
    ['a user in the host', { rawHeaders: ['Host', 'a@x.test'] }, 'malformed-request'],
    ['a path in the host', { rawHeaders: ['Host', 'x.test/a'] }, 'malformed-request'],
    ['a port that is none', { rawHeaders: ['Host', 'x.test:http'] }, 'malformed-request'],
    ['percent signs in the host', { rawHeaders: ['Host', 'x%2etest'] }, 'malformed-request'],
    ['another host in the target', { url: 'http://y.test/' }, 'malformed-request'],
    ['a host that only begins alike in the target', { url: 'http://x.test.evil/' }, 'malformed-request'],
    ['a target that is no path', { url: '*' }, 'malformed-request'],
    ['a fragment in the target', { url: '/a#b' }, 'malformed-request'],
    ['two codings', { rawHeaders: [...chunked, 'Transfer-Encoding', 'chunked'] }, 'malformed-request'],
    ['a length beside a coding', { rawHeaders: [...chunked, 'Content-Length', '5'] }, 'malformed-request'],
    ['a coding on HTTP/1.0', { rawHeaders: chunked, httpVersion: '1.0' }, 'malformed-request'],
    [
      'two lengths',
      { rawHeaders: ['Host', 'x.test', 'Content-Length', '5', 'Content-Length', '5'] },
      'malformed-request',
    ],
    ['a signed length', { rawHeaders: ['Host', 'x.test', 'Content-Length', '+5'] }, 'malformed-request'],
    [
      'a list of codings',
      { rawHeaders: ['Host', 'x.test', 'Transfer-Encoding', 'gzip, chunked'] },
      'transfer-coding-unknown',
    ],
    [
      'identity as a coding',
      { rawHeaders: ['Host', 'x.test', 'Transfer-Encoding', 'identity'] },
      'transfer-coding-unknown',
    ],
    ['TRACE', { method: 'TRACE' }, 'method-refused'],
    ['CONNECT', { method: 'CONNECT' }, 'method-refused'],
    ['HTTP/0.9', { httpVersion: '0.9' }, 'version-unknown'],
    ['HTTP/2.0', { httpVersion: '2.0' }, 'version-unknown'],
  ];
  test.each(cases)('%s', (_, head, expected) => {
    expect(renderAdmitted(head)).toBe(expected);
  });
});

function renderAdmitted(head: Partial<Parameters<typeof admit>[0]>): string {
  const whole = { method: 'GET', url: '/a?b', httpVersion: '1.1', rawHeaders: ['Host', 'x.test'], ...head };
  const admitted = admit(whole);
  return 'code' in admitted ? admitted.code : `${admitted.host} ${admitted.target}`;
}
