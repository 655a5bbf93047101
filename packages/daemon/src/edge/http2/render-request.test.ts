import { describe, expect, test } from 'vitest';
import { headState, RequestHead } from '../wire/request-head.ts';
import { renderRequest } from './render-request.ts';

const usual = [':method', 'GET', ':scheme', 'https', ':authority', 'a.test', ':path', '/x?y=z'];

interface RenderCase {
  readonly raw: readonly string[];
  readonly isOpen: boolean;
  readonly text: string;
}

describe('an HTTP/2 request is read as the HTTP/1.1 one that it means', () => {
  test.each<[string, RenderCase]>([
    ['without a body', { raw: usual, isOpen: false, text: 'GET /x?y=z HTTP/1.1\r\nhost: a.test\r\n\r\n' }],
    [
      'with a body of unknown length',
      {
        raw: [':method', 'POST', ...usual.slice(2)],
        isOpen: true,
        text: 'POST /x?y=z HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n',
      },
    ],
    [
      'with a body that says how long it is',
      {
        raw: [':method', 'POST', ...usual.slice(2), 'content-length', '5'],
        isOpen: true,
        text: 'POST /x?y=z HTTP/1.1\r\nhost: a.test\r\ncontent-length: 5\r\n\r\n',
      },
    ],
    [
      'with a cookie in crumbs',
      {
        raw: [...usual, 'cookie', 'a=1', 'accept', '*/*', 'cookie', 'b=2'],
        isOpen: false,
        text: 'GET /x?y=z HTTP/1.1\r\nhost: a.test\r\naccept: */*\r\ncookie: a=1; b=2\r\n\r\n',
      },
    ],
    [
      'with a Host that says the same',
      { raw: [...usual, 'host', 'A.test'], isOpen: false, text: 'GET /x?y=z HTTP/1.1\r\nhost: a.test\r\n\r\n' },
    ],
    [
      'with a Host alone',
      {
        raw: [...usual.slice(0, 4), ...usual.slice(6), 'host', 'b.test'],
        isOpen: false,
        text: 'GET /x?y=z HTTP/1.1\r\nhost: b.test\r\n\r\n',
      },
    ],
    [
      'for a WebSocket',
      {
        raw: [':method', 'CONNECT', ':protocol', 'websocket', ...usual.slice(2), 'sec-websocket-version', '13'],
        isOpen: true,
        text: 'GET /x?y=z HTTP/1.1\r\nhost: a.test\r\nsec-websocket-version: 13\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: key\r\n\r\n',
      },
    ],
  ])('%s', (_, { raw, isOpen, text }) => {
    const rendered = renderRequest(raw, { isOpen, webSocketKey: 'key' });
    expect(rendered?.head.toString('latin1')).toBe(text);
    const bytes = rendered?.head ?? Buffer.alloc(0);
    const head = new RequestHead();
    expect(head.parse(bytes, 0, bytes.length)).toBe(headState.whole);
    expect(head.end).toBe(bytes.length);
    expect(head.isWebSocket).toBe(rendered?.isWebSocket);
  });
});

describe('an HTTP/2 request is refused', () => {
  test.each<[string, readonly string[]]>([
    ['without a method', usual.slice(2)],
    ['without a path', usual.slice(0, 6)],
    ['without a scheme', [...usual.slice(0, 2), ...usual.slice(4)]],
    ['with another scheme', [...usual.slice(0, 2), ':scheme', 'ftp', ...usual.slice(4)]],
    ['without any host', [...usual.slice(0, 4), ...usual.slice(6)]],
    ['with a Host that says something else', [...usual, 'host', 'b.test']],
    ['with two Hosts', [...usual, 'host', 'a.test', 'host', 'a.test']],
    ['with a pseudo-header twice', [...usual, ':path', '/']],
    ['with a pseudo-header that is none', [...usual, ':status', '200']],
    ['with a pseudo-header behind others', [...usual.slice(0, 6), 'a', 'b', ...usual.slice(6)]],
    ['with a name in upper case', [...usual, 'Accept', '*/*']],
    ['with a name that ends a line', [...usual, 'a\r\nb', 'c']],
    ['with a value that ends a line', [...usual, 'a', 'b\r\nc: d']],
    ['with a value that ends a line halfway', [...usual, 'a', 'b\nc: d']],
    ['with a value that holds a zero', [...usual, 'a', 'b\0']],
    ['with a path that ends the line', [...usual.slice(0, 6), ':path', '/ HTTP/1.1\r\nhost: b.test']],
    ['with a space in the path', [...usual.slice(0, 6), ':path', '/a b']],
    ['with a space in the method', [':method', 'GET /b HTTP/1.1', ...usual.slice(2)]],
    ['with a host that ends the line', [...usual.slice(0, 4), ':authority', 'a\r\nb', ...usual.slice(6)]],
    ['with Connection', [...usual, 'connection', 'close']],
    ['with Keep-Alive', [...usual, 'keep-alive', '1']],
    ['with Proxy-Connection', [...usual, 'proxy-connection', 'close']],
    ['with Transfer-Encoding', [...usual, 'transfer-encoding', 'chunked']],
    ['with Upgrade', [...usual, 'upgrade', 'h2c']],
    ['with TE for anything but trailers', [...usual, 'te', 'gzip']],
    ['for a protocol that is not known', [':method', 'CONNECT', ':protocol', 'connect-udp', ...usual.slice(2)]],
    ['for a protocol without CONNECT', [...usual, ':protocol', 'websocket']],
  ])('%s', (_, raw) => {
    expect(renderRequest(raw, { isOpen: false, webSocketKey: 'key' })).toBeUndefined();
  });

  test('when it is a CONNECT of the old kind, in the words that HTTP/1.1 has for it', () => {
    const raw = [':method', 'CONNECT', ':authority', 'a.test:443'];
    const bytes = renderRequest(raw, { isOpen: true, webSocketKey: 'key' })?.head ?? Buffer.alloc(0);
    const head = new RequestHead();
    expect(head.parse(bytes, 0, bytes.length)).toBe(headState.refused);
    expect(head.refusal?.code).toBe('method-refused');
  });
});
