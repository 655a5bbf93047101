import { describe, expect, test } from 'vitest';
import { words } from './any-text.ts';
import { assignment, pair } from './assignment.ts';
import { containerPort } from './container-port.ts';
import { domain } from './domain.ts';
import { parseEnvFile } from './env-file.ts';
import { fileSource, tmpfs, volume } from './mount.ts';
import { count, decimal } from './number.ts';
import { parsePlace } from './place.ts';
import { parseScaleTargets } from './scale-target.ts';
import { size } from './size.ts';
import { moment, seconds } from './span.ts';

describe('what an option means', () => {
  test.each<[{ parse(text: string): unknown }, string, unknown]>([
    [size, '512m', 512 * 1024 ** 2],
    [size, '2g', 2 * 1024 ** 3],
    [size, '1.5GiB', 1.5 * 1024 ** 3],
    [size, '64MB', 64 * 1024 ** 2],
    [size, '100', 100],
    [size, '5x', undefined],
    [size, 'm', undefined],
    [size, '-1m', undefined],
    [seconds, '5m', 300],
    [seconds, '1500ms', 2],
    [seconds, 'soon', undefined],
    [moment, '10m', '10m'],
    [moment, '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z'],
    [moment, 'yesterday', undefined],
    [count, '0', 0],
    [count, '1.5', undefined],
    [decimal, '0.5', 0.5],
    [decimal, '.5', undefined],
    [containerPort, '8080', { containerPort: 8080, protocol: 'tcp' }],
    [containerPort, '53/udp', { containerPort: 53, protocol: 'udp' }],
    [containerPort, '70000', undefined],
    [containerPort, '80:80', undefined],
    [volume, 'data:/var/lib/data', { name: 'data', path: '/var/lib/data', readOnly: false }],
    [volume, 'data:/data:ro', { name: 'data', path: '/data', readOnly: true }],
    [volume, '/etc:/etc:x', undefined],
    [volume, 'data', undefined],
    [fileSource, './a.conf:/etc/a.conf', { localPath: './a.conf', path: '/etc/a.conf' }],
    [fileSource, 'a:b:/c:0600', { localPath: 'a:b', path: '/c', mode: '0600' }],
    [fileSource, './a.conf', undefined],
    [tmpfs, '/tmp', { path: '/tmp' }],
    [tmpfs, '/tmp:64m', { path: '/tmp', sizeBytes: 64 * 1024 ** 2 }],
    [tmpfs, 'tmp', undefined],
    [domain, 'Shop.Example.org', { host: 'shop.example.org', pathPrefix: '/' }],
    [domain, 'https://example.org/shop/', { host: 'example.org', pathPrefix: '/shop' }],
    [domain, 'example.org:8080', undefined],
    [assignment, 'A=b=c', { name: 'A', value: 'b=c' }],
    [assignment, 'A=', { name: 'A', value: '' }],
    [assignment, 'A', { name: 'A', value: undefined }],
    [assignment, '=b', undefined],
    [pair, 'a=b', ['a', 'b']],
    [pair, 'a', undefined],
    [words, 'read, deploy', ['read', 'deploy']],
    [words, 'read,,deploy', undefined],
  ])('%o reads %s as %o', (format, text, meaning) => {
    expect(format.parse(text)).toEqual(meaning);
  });
});

test('an env file is read as Docker reads it: nothing is unquoted, and comments are whole lines', () => {
  const text = '\ufeff# a comment\n\nA=1\r\n  B="two words" # not a comment\nC\n';
  expect(parseEnvFile(text)).toEqual([
    { name: 'A', value: '1' },
    { name: 'B', value: '"two words" # not a comment' },
    { name: 'C', value: undefined },
  ]);
});

test('a line of an env file that is no assignment is named', () => {
  expect(parseEnvFile('A=1\n=2\n')).toEqual({ line: 2 });
});

test.each([
  [['shop', '3'], [{ app: 'shop', replicas: 3 }]],
  [
    ['shop', 'api', '0'],
    [
      { app: 'shop', replicas: 0 },
      { app: 'api', replicas: 0 },
    ],
  ],
  [
    ['shop=3', 'api=2'],
    [
      { app: 'shop', replicas: 3 },
      { app: 'api', replicas: 2 },
    ],
  ],
  [
    ['shop=3', 'api', '2'],
    [
      { app: 'shop', replicas: 3 },
      { app: 'api', replicas: 2 },
    ],
  ],
  [['shop'], undefined],
  [['3'], undefined],
  [['shop=many'], undefined],
])('scale %j means %j', (given, targets) => {
  expect(parseScaleTargets(given)).toEqual(targets);
});

test.each([
  ['shop:/data', { kind: 'app', app: 'shop', path: '/data' }],
  ['./shop:/data', { kind: 'local', path: './shop:/data' }],
  ['shop:data', { kind: 'local', path: 'shop:data' }],
  ['/data', { kind: 'local', path: '/data' }],
])('the place %s is %j', (text, place) => {
  expect(parsePlace(text)).toEqual(place);
});
