import { host, passed, type RawRequest, refused } from './raw-case.ts';

function hosts(title: string, fields: string): RawRequest {
  return { title: `host: ${title}`, bytes: `GET / HTTP/1.1\r\n${fields}\r\n`, fate: refused() };
}

function known(title: string, value: string): RawRequest {
  const field = `Host: ${value}\r\n`;
  return {
    title: `host: ${title}`,
    bytes: `GET / HTTP/1.1\r\n${field}\r\n`,
    fate: passed(`GET / HTTP/1.1\r\n${field}\r\n`),
  };
}

/** Exactly one valid Host (RFC 9112, 3.2). */
export const hostTable: readonly RawRequest[] = [
  hosts('none', ''),
  hosts('none on HTTP/1.1, but in the target', 'X: 1\r\n'),
  hosts('two equal ones', host + host),
  hosts('two different ones', `${host}Host: other.test\r\n`),
  hosts('the second in another case', `${host}hOST: other.test\r\n`),
  hosts('an empty one', 'Host:\r\n'),
  hosts('an empty one and a good one', `Host:\r\n${host}`),
  hosts('a list', 'Host: app.test, other.test\r\n'),
  hosts('two names', 'Host: app.test other.test\r\n'),
  hosts('a user', 'Host: me@app.test\r\n'),
  hosts('a path', 'Host: app.test/admin\r\n'),
  hosts('a query', 'Host: app.test?a\r\n'),
  hosts('a fragment', 'Host: app.test#a\r\n'),
  hosts('a scheme', 'Host: http://app.test\r\n'),
  hosts('two ports', 'Host: app.test:80:80\r\n'),
  hosts('a port that is no number', 'Host: app.test:http\r\n'),
  hosts('a port of six digits', 'Host: app.test:123456\r\n'),
  hosts('an encoded letter', 'Host: app%2etest\r\n'),
  hosts('a high byte', 'Host: \xe4pp.test\r\n'),
  hosts('a NUL', 'Host: app.test\0.evil\r\n'),
  hosts('a backslash', 'Host: app.test\\evil\r\n'),
  hosts('a bracket that does not close', 'Host: [::1\r\n'),
  hosts('a leading dot', 'Host: .app.test\r\n'),
  hosts('folded over two lines', 'Host: app.test\r\n .evil\r\n'),
  hosts('a folded line before it', ` X: y\r\n${host}`),
  hosts('a space before the colon', 'Host : app.test\r\n'),
  hosts('a name of 300 letters', `Host: ${'a'.repeat(300)}\r\n`),
  known('with a port', 'app.test:8080'),
  known('with a trailing dot', 'app.test.'),
  known('in capitals', 'APP.TEST'),
];
