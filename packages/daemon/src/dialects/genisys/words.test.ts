import { describe, expect, test } from 'vitest';
import { appNameOf, serviceNameOf } from './service-name.ts';
import { parseServicePort, renderServicePort } from './service-port.ts';
import { splitWords } from './shell-words.ts';

/** Each as Python 3's `shlex.split` answers. */
const lines: readonly (readonly [string, readonly string[]])[] = [
  ['a b c', ['a', 'b', 'c']],
  ['  a\t b\r\nc  ', ['a', 'b', 'c']],
  ["''", ['']],
  ["a ''", ['a', '']],
  ["'a b' c", ['a b', 'c']],
  ['a"b c"d', ['ab cd']],
  ['a\\ b', ['a b']],
  ['\\"', ['"']],
  ['"a\\"b"', ['a"b']],
  ['"a\\nb"', ['a\\nb']],
  ['"a\\\\b"', ['a\\b']],
  ["'a\\b'", ['a\\b']],
  ['"\\\'"', ["\\'"]],
  ['a\\\nb', ['a\nb']],
  ['"a\'b"c\'d"e\'', ['a\'bcd"e']],
  ['"$HOME" `id` $(id)', ['$HOME', '`id`', '$(id)']],
  ['a;b|c&d>e', ['a;b|c&d>e']],
  ['# no comment', ['#', 'no', 'comment']],
  ['sh -c \'echo "$A"; exit 1\'', ['sh', '-c', 'echo "$A"; exit 1']],
  ["é 'ü b'", ['é', 'ü b']],
  [' ', []],
  ['', []],
];

describe('a command', () => {
  test.each(lines)('%j is split as Python splits it', (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });

  test.each([
    ["'a", 'No closing quotation'],
    ['"a', 'No closing quotation'],
    ['"a\\"', 'No closing quotation'],
    ['a\\', 'No escaped character'],
  ])('%j does not end', (line, message) => {
    expect(() => splitWords(line)).toThrow(message);
  });
});

describe('the name of a service', () => {
  test.each([
    ['helloworld', 'helloworld'],
    ['my-service-2', 'my-service-2'],
    ['myServiceA', 'gs-my-service-a'],
    ['service_name', 'gs-service-0name'],
    ['my-Service', 'gs-my-1-service'],
    ['gs-one', 'gs-gs-1one'],
    ['-', 'gs--1'],
    ['a.b', 'gs-a-22eb'],
    ['é', 'gs--2c3-2a9'],
    ['../etc', 'gs--22e-22e-22fetc'],
    ['__proto__', 'gs--0-0proto-0-0'],
    ['a b', 'gs-a-220b'],
  ])('%j is the app %s, and that app is it', (service, app) => {
    expect(appNameOf(service)).toBe(app);
    expect(serviceNameOf(app)).toBe(service);
  });

  test('no two services are one app', () => {
    const letters = ['a', 'A', '-', '_', '0', '2', 'g', 's', 'é', ' '];
    const names = letters.flatMap((a) =>
      letters.flatMap((b) => letters.flatMap((c) => [a + b + c, `gs-${a}${b}${c}`])),
    );
    const apps = new Map(names.map((name) => [appNameOf(name), name]));
    expect(apps.size).toBe(new Set(names).size);
    for (const [app, name] of apps) expect(serviceNameOf(app ?? '')).toBe(name);
  });

  test.each(['', 'x'.repeat(51), 'É'.repeat(8)])('%j is none that an app can have', (service) => {
    expect(appNameOf(service)).toBeUndefined();
  });

  test.each(['gs-foo', 'gs-', 'gs--', 'gs--3', 'gs-x-2', 'gs-Ä'])(
    'an app called %j was not made from a service',
    (app) => {
      expect(serviceNameOf(app)).toBe(app);
    },
  );
});

describe('a port of a definition', () => {
  test.each([
    [8080, '8080', { containerPort: 8080, protocol: 'tcp', published: {} }],
    ['8080', '8080', { containerPort: 8080, protocol: 'tcp', published: {} }],
    ['8080/tcp', '8080', { containerPort: 8080, protocol: 'tcp', published: {} }],
    ['53/udp', '53/udp', { containerPort: 53, protocol: 'udp', published: {} }],
    ['8080:80', '8080:80', { containerPort: 80, protocol: 'tcp', published: { hostPort: 8080 } }],
    ['5353:53/udp', '5353:53/udp', { containerPort: 53, protocol: 'udp', published: { hostPort: 5353 } }],
  ])('%j is written as %s', (given, written, port) => {
    const parsed = parseServicePort(given);
    expect(parsed).toEqual(port);
    expect(renderServicePort(parsed as NonNullable<typeof parsed>)).toBe(written);
  });

  test.each([
    0,
    65536,
    -1,
    80.5,
    '',
    'http',
    '80:',
    ':80',
    '1:2:3',
    '80/sctp',
    '0x50',
    '127.0.0.1:80:80',
    null,
    true,
    [],
    {},
  ])('%j is none', (given) => {
    expect(parseServicePort(given)).toBeUndefined();
  });
});
