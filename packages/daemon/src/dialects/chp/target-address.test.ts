import { expect, test } from 'vitest';
import { parseTarget } from './target-address.ts';

const tls = { isTrusted: false };

test.each([
  ['http://127.0.0.1:8888', { host: '127.0.0.1', port: 8888 }],
  ['http://hub', { host: 'hub', port: 80 }],
  ['http://[::1]:9/', { host: '::1', port: 9 }],
  ['https://hub', { host: 'hub', port: 443, tls }],
  ['http://hub/base/path/', { host: 'hub', port: 80, pathBase: '/base/path' }],
  ['unix+http://%2Frun%2Fapp.sock', { host: 'localhost', port: 80, socketPath: '/run/app.sock' }],
  [
    'unix+http://%2Frun%2Fapp.sock/base',
    { host: 'localhost', port: 80, socketPath: '/run/app.sock', pathBase: '/base' },
  ],
])('%s is a target', (target, address) => {
  expect(parseTarget(target, tls)).toEqual({ instance: target, ...address });
});

test.each([
  '',
  'hub',
  '/path',
  'ftp://hub',
  'unix+http:///run/app.sock',
  'unix+http://relative',
  'javascript:alert(1)',
])('%j is none', (target) => {
  expect(parseTarget(target, tls)).toBeUndefined();
});
