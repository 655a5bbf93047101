import { code, data, flag, frame, headers, pack, ping, preface, request, reset, type, windowUpdate } from './frame.ts';
import { answered, begun, broken, bytes, ended, ignored, post, zeros } from './ingredient.ts';
import type { StrictCase } from './strict-case.ts';

const { endHeaders, endStream } = flag;

/** Of the connection and its streams: RFC 9113, 3 to 5. */
export const connectionTable: readonly StrictCase[] = [
  { section: '3.4', title: 'a greeting by the book', bytes: headers(1), fate: answered },
  {
    section: '3.4',
    title: 'a greeting of another protocol',
    greeting: Buffer.from('INVALID CONNECTION PREFACE\r\n\r\n'),
    bytes: zeros(0),
    fate: broken(code.protocol),
    isOpenEnded: true,
  },
  {
    section: '3.4',
    title: 'a greeting without SETTINGS',
    greeting: preface,
    bytes: ping('greeting'),
    fate: broken(code.protocol),
  },
  { section: '4.1', title: 'a frame of an unknown type', bytes: frame(22, { payload: zeros(8) }), fate: ignored },
  { section: '4.1', title: 'an unknown flag', bytes: ping('12345678', { flags: 0x16 }), fate: ignored },
  { section: '4.1', title: 'the reserved bit', bytes: ping('12345678', { stream: 0x80000000 }), fate: ignored },
  {
    section: '4.2',
    title: 'DATA of 16384 bytes',
    bytes: bytes(
      headers(1, post, endHeaders),
      frame(type.data, { stream: 1, flags: endStream, payload: zeros(16_384) }),
    ),
    fate: answered,
  },
  {
    section: '4.2',
    title: 'DATA of one byte more',
    bytes: bytes(
      headers(1, post, endHeaders),
      frame(type.data, { stream: 1, flags: endStream, payload: zeros(16_385) }),
    ),
    fate: ended(code.frameSize),
  },
  {
    section: '4.2',
    title: 'HEADERS of more than 16384 bytes',
    bytes: headers(1, zeros(16_385)),
    fate: broken(code.frameSize),
  },
  {
    section: '4.3',
    title: 'a head that is no HPACK',
    bytes: headers(1, Buffer.of(0x40)),
    fate: broken(code.compression),
  },
  {
    section: '4.3',
    title: 'PRIORITY within a head',
    bytes: bytes(begun, frame(type.priority, { stream: 1, payload: zeros(5) })),
    fate: broken(code.protocol),
    isOpenEnded: true,
  },
  {
    section: '4.3',
    title: 'another stream’s HEADERS within a head',
    bytes: bytes(begun, headers(3)),
    fate: broken(code.protocol),
    isOpenEnded: true,
  },
  { section: '5.1', title: 'DATA on an idle stream', bytes: data(1, 'x'), fate: broken(code.protocol) },
  { section: '5.1', title: 'RST_STREAM on an idle stream', bytes: reset(1), fate: broken(code.protocol) },
  {
    section: '5.1',
    title: 'WINDOW_UPDATE on an idle stream',
    bytes: windowUpdate(1, 100),
    fate: broken(code.protocol),
  },
  {
    section: '5.1',
    title: 'CONTINUATION on an idle stream',
    bytes: frame(type.continuation, { stream: 1, flags: endHeaders, payload: pack(request()) }),
    fate: broken(code.protocol),
  },
  {
    section: '5.1',
    title: 'DATA behind the end of a request',
    bytes: bytes(headers(1), data(1, 'x')),
    fate: ended(code.streamClosed),
  },
  {
    section: '5.1',
    title: 'HEADERS behind the end of a request',
    bytes: bytes(headers(1), headers(1)),
    fate: ended(code.streamClosed),
  },
  {
    section: '5.1',
    title: 'CONTINUATION behind the end of a request',
    bytes: bytes(headers(1), frame(type.continuation, { stream: 1, flags: endHeaders, payload: pack(request()) })),
    fate: broken(code.streamClosed, code.protocol),
  },
  {
    section: '5.1',
    title: 'DATA behind RST_STREAM',
    bytes: bytes(headers(1, post, endHeaders), reset(1), data(1, 'x')),
    fate: ended(code.streamClosed),
  },
  {
    section: '5.1',
    title: 'HEADERS behind RST_STREAM',
    bytes: bytes(headers(1, post, endHeaders), reset(1), headers(1)),
    fate: ended(code.streamClosed),
  },
  {
    section: '5.1',
    title: 'WINDOW_UPDATE behind RST_STREAM',
    bytes: bytes(headers(1, post, endHeaders), reset(1), windowUpdate(1, 1)),
    fate: ignored,
  },
  {
    section: '5.1',
    title: 'PRIORITY on an idle stream',
    bytes: frame(type.priority, { stream: 1, payload: zeros(5) }),
    fate: ignored,
  },
  { section: '5.1.1', title: 'a stream with an even number', bytes: headers(2), fate: broken(code.protocol) },
  {
    section: '5.1.1',
    title: 'a stream with a smaller number than the one before',
    bytes: bytes(headers(5), headers(3)),
    fate: broken(code.protocol, code.streamClosed),
  },
  {
    section: '5.1.2',
    title: 'more streams at a time than were offered',
    bytes: bytes(...Array.from({ length: 129 }, (_, at) => headers(2 * at + 1, post, endHeaders))),
    fate: { kind: 'stream-error', stream: 257, codes: [code.refused, code.protocol] },
  },
  {
    section: '5.4.1',
    title: 'a PING after a connection error',
    bytes: bytes(ping('12345678', { stream: 1 }), headers(1)),
    fate: broken(code.protocol),
  },
  {
    section: '5.5',
    title: 'a frame of an unknown type within a head',
    bytes: bytes(begun, frame(22, { stream: 1, payload: zeros(8) })),
    fate: broken(code.protocol),
    isOpenEnded: true,
  },
];
