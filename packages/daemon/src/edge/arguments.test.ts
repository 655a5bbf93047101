import { describe, expect, test } from 'vitest';
import { defaultConnections, edgeProtocol } from '../core/edge-control.ts';
import { parseArguments } from './arguments.ts';
import { parseListenAddress } from './listen-address.ts';
import { createTrust, plainAddress } from './trusted-proxies.ts';

const places = ['--control', '/c', '--state', '/s'];
const http = ['127.0.0.1:80', '[::1]:80'];

test('the edge is started with its wishes, a socket and a file; what is not said is as usual', () => {
  const wish = { version: 'v', http, trustedProxies: ['10.0.0.0/8', '::1'], connections: { perAddress: 5 } };
  expect(parseArguments(['--wish', JSON.stringify(wish), ...places])).toEqual({
    wish: {
      protocol: edgeProtocol,
      version: 'v',
      http,
      https: [],
      trustedProxies: ['10.0.0.0/8', '::1'],
      proxyProtocol: false,
      connections: { total: defaultConnections.total, perAddress: 5 },
    },
    control: '/c',
    state: '/s',
    inherits: undefined,
  });
});

test('one that takes the place of another is told what it inherits', () => {
  const inherits = [{ wish: ':80', scheme: 'http' }];
  const argv = ['--wish', JSON.stringify({ http: [':80'] }), ...places, '--inherits', JSON.stringify(inherits)];
  expect(parseArguments(argv).inherits).toEqual(inherits);
});

test.each([
  [[], 'needs --wish'],
  [['--wish', '{}', ...places, '--htpt', 'x'], '--htpt'],
  [['--wish', '{}', ...places], 'at least one address'],
  [['--wish', '{"http":["nonsense"]}', ...places], 'BERTH_EDGE_HTTP)'],
  [['--wish', '{"https":["nonsense"]}', ...places], 'BERTH_EDGE_HTTPS)'],
])('arguments %j are refused in words', (argv, words) => {
  expect(() => parseArguments(argv)).toThrow(words);
});

describe('an address to listen on', () => {
  test.each([
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    [':80', { host: undefined, port: 80 }],
    ['localhost:80', { host: 'localhost', port: 80 }],
    ['8080', undefined],
    ['::1:80', undefined],
    ['a:65536', undefined],
    ['a:80 ', undefined],
  ])('%s', (text, expected) => {
    expect(parseListenAddress(text)).toEqual(expected);
  });
});

describe('a peer is trusted', () => {
  const trusts = createTrust(['10.0.0.0/8', '192.0.2.7', 'fd00::/8']);
  test.each([
    ['10.1.2.3', true],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['fd12::1', true],
    ['fe80::1', false],
    [plainAddress('::ffff:10.1.2.3'), true],
  ])('%s: %s', (address, isTrusted) => {
    expect(trusts(address)).toBe(isTrusted);
  });

  test('by nobody when no network is named', () => {
    expect(createTrust([])('127.0.0.1')).toBe(false);
  });

  test.each(['10.0.0.0/33', 'example.org', '10.0.0.0/x'])('%s is no network', (network) => {
    expect(() => createTrust([network])).toThrow('BERTH_EDGE_TRUSTED_PROXIES');
  });
});
