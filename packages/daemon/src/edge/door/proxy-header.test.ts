import { describe, expect, test } from 'vitest';
import { parseProxyHeader } from './proxy-header.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';
const BODY = 'GET / HTTP/1.1\r\n';

describe('a PROXY line', () => {
  test.each([
    ['PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n', '192.0.2.1'],
    ['PROXY TCP6 2001:db8:0:0::1 2001:db8::2 4124 443\r\n', '2001:db8::1'],
    ['PROXY TCP6 2001:DB8::A 2001:db8::2 0 65535\r\n', '2001:db8::a'],
    ['PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n', '192.0.2.1'],
    ['PROXY UNKNOWN\r\n', undefined],
    ['PROXY UNKNOWN ffff:f...f ffff:f...f 65535 65535\r\n', undefined],
  ])('%j names the visitor', (line, address) => {
    expect(parseProxyHeader(Buffer.from(line + BODY))).toEqual({ kind: 'whole', length: line.length, address });
  });

  test.each([
    'PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\n',
    'PROXY TCP4 192.0.2.1 192.0.2.2 56324\r\n',
    'PROXY TCP4 192.0.2.1 192.0.2.2 56324 443 \r\n',
    'PROXY TCP4  192.0.2.1 192.0.2.2 56324 443\r\n',
    'PROXY TCP4 192.0.2.1 192.0.2.2 056324 443\r\n',
    'PROXY TCP4 192.0.2.1 192.0.2.2 65536 443\r\n',
    'PROXY TCP4 192.0.2.256 192.0.2.2 1 443\r\n',
    'PROXY TCP4 192.0.02.1 192.0.2.2 1 443\r\n',
    'PROXY TCP4 2001:db8::1 192.0.2.2 1 443\r\n',
    'PROXY TCP6 192.0.2.1 192.0.2.2 1 443\r\n',
    'PROXY TCP6 fe80::1%eth0 ::1 1 443\r\n',
    'PROXY UDP4 192.0.2.1 192.0.2.2 1 443\r\n',
    'proxy TCP4 192.0.2.1 192.0.2.2 1 443\r\n',
    'PROXY\tTCP4 192.0.2.1 192.0.2.2 1 443\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01',
  ])('%j is none', (line) => {
    const isRefused = parseProxyHeader(Buffer.from(line.padEnd(120, 'x'), 'latin1')).kind === 'refused';
    expect(isRefused).toBe(true);
  });

  test('may come byte by byte', () => {
    const line = Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n');
    for (let length = 0; length < line.length; length += 1)
      expect(parseProxyHeader(line.subarray(0, length)).kind).toBe('partial');
    expect(parseProxyHeader(line).kind).toBe('whole');
  });

  test('that has no end within 107 bytes is refused', () => {
    expect(parseProxyHeader(Buffer.from(`PROXY UNKNOWN ${'x'.repeat(92)}`)).kind).toBe('partial');
    expect(parseProxyHeader(Buffer.from(`PROXY UNKNOWN ${'x'.repeat(93)}`)).kind).toBe('refused');
  });
});

describe('a PROXY block', () => {
  test.each([
    ['TCP over IPv4', '21 11 000c c0000201 c0000202 dc04 01bb', '192.0.2.1'],
    [
      'TCP over IPv6',
      '21 21 0024 20010db8000000000000000000000001 20010db8000000000000000000000002 dc04 01bb',
      '2001:db8::1',
    ],
    [
      'an IPv4 visitor of a socket for both',
      '21 21 0024 00000000000000000000ffffc0000201 00000000000000000000ffffc0000202 dc04 01bb',
      '192.0.2.1',
    ],
    ['extensions behind the addresses', '21 11 0010 c0000201 c0000202 dc04 01bb 04000100', '192.0.2.1'],
    ['the proxy itself', '20 00 0000', undefined],
    ['the proxy itself, with addresses', '20 11 000c c0000201 c0000202 dc04 01bb', undefined],
    ['nobody it knows', '21 00 0000', undefined],
  ])('for %s', (_, hex, address) => {
    const block = fromHex(hex);
    const expected = { kind: 'whole', length: block.length, address };
    expect(parseProxyHeader(Buffer.concat([block, Buffer.from(BODY)]))).toEqual(expected);
    for (let length = 0; length < block.length; length += 1)
      expect(parseProxyHeader(block.subarray(0, length)).kind).toBe('partial');
  });

  test.each([
    ['of another version', '11 11 000c c0000201 c0000202 dc04 01bb'],
    ['of an unknown command', '22 11 000c c0000201 c0000202 dc04 01bb'],
    ['for UDP', '21 12 000c c0000201 c0000202 dc04 01bb'],
    ['for a unix socket', `21 31 00d8 ${'00'.repeat(216)}`],
    ['with half an address', '21 11 000b c0000201 c0000202 dc04 01'],
    ['longer than any', '21 11 ffff c0000201'],
    ['with a wrong signature', ''],
  ])('%s is refused', (_, hex) => {
    const block = hex === '' ? Buffer.from(`${SIGNATURE.slice(0, -2)}0b20000000`, 'hex') : fromHex(hex);
    expect(parseProxyHeader(block).kind).toBe('refused');
  });
});

function fromHex(hex: string): Buffer {
  return Buffer.from(SIGNATURE + hex.replaceAll(' ', ''), 'hex');
}
