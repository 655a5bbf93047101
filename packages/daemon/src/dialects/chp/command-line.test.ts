import { describe, expect, test } from 'vitest';
import { type CommandLine, parseCommandLine } from './command-line.ts';
import { flags, renderHelp } from './flag.ts';
import { defaultProxyOptions } from './proxy-options.ts';

function parse(...argv: string[]): CommandLine {
  const line = parseCommandLine(argv);
  if (typeof line === 'string') throw new Error(line);
  return line;
}

describe('without a flag', () => {
  test('visitors come in at port 8000 of every address, callers at 8001 of this machine', () => {
    expect(parse()).toMatchObject({
      visitors: { ip: '', port: 8000 },
      api: { ip: 'localhost', port: 8001 },
      metrics: undefined,
      redirect: undefined,
      errorPages: {},
      logLevel: 'info',
    });
  });

  test('routes are proxied as the program does it', () => {
    expect(parse().proxy).toEqual(defaultProxyOptions);
  });
});

describe('flags', () => {
  test('take their value behind a space or an equals sign, empty ones too', () => {
    expect(parse('--ip=', '--port', '80', '--api-ip=127.0.0.1', '--api-port=9')).toMatchObject({
      visitors: { ip: '', port: 80 },
      api: { ip: '127.0.0.1', port: 9 },
    });
  });

  test('the API listens one port above the visitors unless it is told', () => {
    expect(parse('--port', '9000').api.port).toBe(9001);
  });

  test('change how routes are proxied', () => {
    const argv = ['--no-x-forward', '--no-prepend-path', '--no-include-prefix', '--auto-rewrite', '--change-origin'];
    const more = [
      '--protocol-rewrite',
      'https',
      '--insecure',
      '--host-routing',
      '--timeout',
      '1500',
      '--proxy-timeout=0',
    ];
    expect(parse(...argv, ...more).proxy).toEqual({
      hostRouting: true,
      host: '*',
      includePrefix: false,
      prependPath: false,
      forwards: false,
      requiresTls: false,
      changeOrigin: true,
      autoRewrite: true,
      protocolRewrite: 'https',
      customHeaders: {},
      targetTls: { isTrusted: true },
      idleSeconds: 1.5,
      answerSeconds: 1.5,
    });
  });

  test('a custom header is split at its first colon, and may be repeated', () => {
    expect(parse('--custom-header', 'X-A: b c', '--custom-header=k:v:w').proxy.customHeaders).toEqual({
      'x-a': 'b c',
      k: 'v:w',
    });
  });

  test('paths are those of the folder it was started in', () => {
    const { pidFile, proxy, errorPages } = parse('--pid-file', 'a.pid', '--client-ssl-ca=ca.pem', '--error-path', '/e');
    expect(pidFile).toBe(`${process.cwd()}/a.pid`);
    expect(proxy.targetTls.caFile).toBe(`${process.cwd()}/ca.pem`);
    expect(errorPages).toEqual({ folder: '/e' });
  });

  test('certificates make visitors and callers come by https', () => {
    const argv = [
      '--ssl-key=/k',
      '--ssl-cert=/c',
      '--ssl-protocol',
      'TLSv1_2',
      '--ssl-ciphers=AES',
      '--redirect-port=80',
    ];
    const api = ['--api-ssl-key=/ak', '--api-ssl-cert=/ac', '--api-ssl-ca=/aca', '--api-ssl-request-cert'];
    const line = parse(...argv, ...api, '--api-ssl-reject-unauthorized');
    const none = { requestsCert: false, rejectsUnauthorized: false };
    expect(line.visitors.tls).toEqual({ keyFile: '/k', certFile: '/c', version: 'TLSv1.2', ciphers: 'AES', ...none });
    const both = { requestsCert: true, rejectsUnauthorized: true };
    expect(line.api.tls).toEqual({ keyFile: '/ak', certFile: '/ac', caFile: '/aca', ...both });
    expect(line.redirect).toEqual({ port: 80, toPort: 8000 });
  });

  test('those of JupyterHub are all understood', () => {
    const argv = '--ip 127.0.0.1 --port 8000 --api-ip 127.0.0.1 --api-port 8001 --error-target http://h:8081/hub/error';
    expect(parse(...argv.split(' '), '--log-level', 'INFO', '--host-routing')).toMatchObject({
      errorPages: { target: 'http://h:8081/hub/error' },
      logLevel: 'info',
    });
  });

  test.each(['--help', '-h'])('%s asks for help', (word) => {
    expect(parseCommandLine(['--port', '1', word])).toBe('help');
    for (const name of Object.keys(flags)) expect(renderHelp()).toContain(`  --${name}`);
  });

  test.each(['--version', '-V'])('%s asks for the version', (word) => {
    expect(parseCommandLine([word])).toBe('version');
  });
});

test.each([
  ['--nope', "error: unknown option '--nope'"],
  ['extra', 'error: too many arguments: extra'],
  ['--ip', "error: option '--ip <ip-address>' argument missing"],
  ['--insecure=yes', "error: option '--insecure' takes no value"],
  ['--port=abc', '--port must be a port, not abc.'],
  ['--api-port=70000', '--api-port must be a port, not 70000.'],
  ['--timeout=-1', '--timeout must be a number of milliseconds, not -1.'],
  ['--custom-header=bad', 'A colon was expected in custom header: bad'],
  ['--custom-header=a:b\nc:d', 'A colon was expected in custom header: a:b\nc:d'],
  ['--log-level=loud', '--log-level must be one of debug, info, warn, error.'],
  [
    '--storage-backend=redis',
    'There is no storage backend redis: routes are kept in memory (--storage-backend memory).',
  ],
  ['--socket=/s', 'Visitors come in by address and port only: use --ip and --port, not --socket.'],
  ['--ssl-key=/k', '--ssl-key and --ssl-cert belong together.'],
  ['--redirect-port=80', 'HTTPS redirection specified but certificates not provided.'],
  ['--error-path=/e --error-target=http://h', 'Cannot specify both error-target and error-path. Pick one.'],
  ['--error-target=/h', '--error-target must be a URL: http://host:port or https://host:port.'],
  ['--protocol-rewrite=ftp', '--protocol-rewrite must be http or https.'],
  [
    '--ssl-key=/k --ssl-cert=/c --ssl-protocol=SSLv3',
    '--ssl-protocol SSLv3 is not safe, or none: choose TLSv1_2 or TLSv1_3.',
  ],
])('%s is refused in words', (words, message) => {
  expect(() => parseCommandLine(words.split(' '))).toThrow(message);
});
