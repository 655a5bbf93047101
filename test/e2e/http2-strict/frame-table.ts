import { code, data, flag, frame, headers, pack, ping, request, reset, settings, type, windowUpdate } from './frame.ts';
import { answered, begun, broken, bytes, ended, ignored, rest, post, zeros } from './ingredient.ts';
import type { StrictCase } from './strict-case.ts';

const { endHeaders, endStream, padded } = flag;

/** Of each kind of frame: RFC 9113, 6 and 7. */
export const frameTable: readonly StrictCase[] = [
  { section: '6.1', title: 'DATA on stream 0', bytes: data(0, 'x'), fate: broken(code.protocol) },
  {
    section: '6.1',
    title: 'DATA with padding',
    bytes: bytes(
      headers(1, post, endHeaders),
      frame(type.data, { stream: 1, flags: endStream | padded, payload: Buffer.from('\x03abc\0\0\0') }),
    ),
    fate: answered,
  },
  {
    section: '6.1',
    title: 'DATA with more padding than there is',
    bytes: bytes(
      headers(1, post, endHeaders),
      frame(type.data, { stream: 1, flags: endStream | padded, payload: Buffer.from('\x09abc') }),
    ),
    fate: broken(code.protocol),
  },
  {
    section: '6.1',
    title: 'DATA that says that it is padded, and is empty',
    bytes: bytes(headers(1, post, endHeaders), frame(type.data, { stream: 1, flags: endStream | padded })),
    fate: broken(code.frameSize, code.protocol),
  },
  { section: '6.2', title: 'HEADERS on stream 0', bytes: headers(0), fate: broken(code.protocol) },
  {
    section: '6.2',
    title: 'HEADERS with padding',
    bytes: headers(1, bytes(Buffer.of(2), pack(request()), zeros(2)), endHeaders | endStream | padded),
    fate: answered,
  },
  {
    section: '6.2',
    title: 'HEADERS with more padding than there is',
    bytes: headers(1, bytes(Buffer.of(250), pack(request())), endHeaders | endStream | padded),
    fate: broken(code.protocol),
  },
  {
    section: '6.2',
    title: 'HEADERS with a priority',
    bytes: headers(1, bytes(zeros(4), Buffer.of(15), pack(request())), endHeaders | endStream | flag.priority),
    fate: answered,
  },
  {
    section: '6.3',
    title: 'PRIORITY on stream 0',
    bytes: frame(type.priority, { payload: zeros(5) }),
    fate: broken(code.protocol),
  },
  {
    section: '6.3',
    title: 'PRIORITY of four bytes',
    bytes: bytes(headers(1, post, endHeaders), frame(type.priority, { stream: 1, payload: zeros(4) })),
    fate: ended(code.frameSize),
  },
  { section: '6.4', title: 'RST_STREAM on stream 0', bytes: reset(0), fate: broken(code.protocol) },
  {
    section: '6.4',
    title: 'RST_STREAM of three bytes',
    bytes: bytes(headers(1, post, endHeaders), frame(type.reset, { stream: 1, payload: zeros(3) })),
    fate: broken(code.frameSize),
  },
  {
    section: '6.5',
    title: 'SETTINGS that acknowledge and set',
    bytes: frame(type.settings, { flags: flag.acknowledged, payload: zeros(6) }),
    fate: broken(code.frameSize),
  },
  {
    section: '6.5',
    title: 'SETTINGS on a stream',
    bytes: frame(type.settings, { stream: 1 }),
    fate: broken(code.protocol),
  },
  {
    section: '6.5',
    title: 'SETTINGS of five bytes',
    bytes: frame(type.settings, { payload: zeros(5) }),
    fate: broken(code.frameSize),
  },
  { section: '6.5.2', title: 'ENABLE_PUSH of 2', bytes: settings([2, 2]), fate: broken(code.protocol) },
  {
    section: '6.5.2',
    title: 'INITIAL_WINDOW_SIZE above the largest',
    bytes: settings([4, 0x80000000]),
    fate: broken(code.flowControl),
  },
  {
    section: '6.5.2',
    title: 'MAX_FRAME_SIZE below the least',
    bytes: settings([5, 16_383]),
    fate: broken(code.protocol),
  },
  {
    section: '6.5.2',
    title: 'MAX_FRAME_SIZE above the largest',
    bytes: settings([5, 16_777_216]),
    fate: broken(code.protocol),
  },
  { section: '6.5.2', title: 'an unknown setting', bytes: settings([0xff, 1]), fate: ignored },
  {
    section: '6.5.3',
    title: 'a setting twice, of which the later counts',
    bytes: bytes(settings([4, 1], [4, 100]), headers(1)),
    fate: answered,
  },
  {
    section: '6.6',
    title: 'PUSH_PROMISE by a visitor',
    bytes: bytes(
      headers(1, post, endHeaders),
      frame(type.promise, { stream: 1, flags: endHeaders, payload: bytes(Buffer.of(0, 0, 0, 2), pack(request())) }),
    ),
    fate: broken(code.protocol),
  },
  { section: '6.7', title: 'an answer to no PING', bytes: ping('unasked ', { flags: 1 }), fate: ignored },
  { section: '6.7', title: 'PING on a stream', bytes: ping('12345678', { stream: 1 }), fate: broken(code.protocol) },
  { section: '6.7', title: 'PING of six bytes', bytes: ping('123456'), fate: broken(code.frameSize) },
  {
    section: '6.8',
    title: 'GOAWAY on a stream',
    bytes: frame(type.goaway, { stream: 1, payload: zeros(8) }),
    fate: broken(code.protocol),
  },
  {
    section: '6.8',
    title: 'GOAWAY of seven bytes',
    bytes: frame(type.goaway, { payload: zeros(7) }),
    fate: broken(code.frameSize),
  },
  { section: '6.9', title: 'WINDOW_UPDATE of nothing', bytes: windowUpdate(0, 0), fate: broken(code.protocol) },
  {
    section: '6.9',
    title: 'WINDOW_UPDATE of nothing on a stream',
    bytes: bytes(headers(1, post, endHeaders), windowUpdate(1, 0)),
    fate: ended(code.protocol),
  },
  {
    section: '6.9',
    title: 'WINDOW_UPDATE of three bytes',
    bytes: frame(type.windowUpdate, { payload: zeros(3) }),
    fate: broken(code.frameSize),
  },
  {
    section: '6.9.1',
    title: 'a window of the connection above the largest',
    bytes: bytes(windowUpdate(0, 0x7fffffff), windowUpdate(0, 0x7fffffff)),
    fate: broken(code.flowControl),
  },
  {
    section: '6.9.1',
    title: 'a window of a stream above the largest',
    bytes: bytes(headers(1, post, endHeaders), windowUpdate(1, 0x7fffffff), windowUpdate(1, 0x7fffffff)),
    fate: ended(code.flowControl),
  },
  {
    section: '6.9.2',
    title: 'a window that a setting makes larger than the largest',
    bytes: bytes(headers(1, post, endHeaders), windowUpdate(1, 0x7fff0000), settings([4, 0x7fffffff])),
    fate: broken(code.flowControl),
  },
  {
    section: '6.9.2',
    title: 'a window that a setting makes negative',
    bytes: bytes(headers(1, post, endHeaders), settings([4, 0]), data(1, 'x')),
    fate: answered,
  },
  {
    section: '6.10',
    title: 'a head in many pieces',
    bytes: bytes(
      begun,
      frame(type.continuation, { stream: 1, payload: rest.subarray(0, 5) }),
      frame(type.continuation, { stream: 1, flags: endHeaders, payload: rest.subarray(5) }),
    ),
    fate: answered,
  },
  {
    section: '6.10',
    title: 'DATA between the pieces of a head',
    bytes: bytes(begun, data(1, 'x')),
    fate: broken(code.protocol),
    isOpenEnded: true,
  },
  {
    section: '6.10',
    title: 'CONTINUATION on stream 0',
    bytes: bytes(begun, frame(type.continuation, { flags: endHeaders, payload: rest })),
    fate: broken(code.protocol),
    isOpenEnded: true,
  },
  {
    section: '6.10',
    title: 'CONTINUATION of another stream',
    bytes: bytes(begun, frame(type.continuation, { stream: 3, flags: endHeaders, payload: rest })),
    fate: broken(code.protocol),
    isOpenEnded: true,
  },
  {
    section: '6.10',
    title: 'CONTINUATION behind a whole head',
    bytes: bytes(
      headers(1, post, endHeaders),
      frame(type.continuation, { stream: 1, flags: endHeaders, payload: rest }),
    ),
    fate: broken(code.protocol),
  },
  {
    section: '6.10',
    title: 'CONTINUATION behind DATA',
    bytes: bytes(
      headers(1, post, endHeaders),
      data(1, 'x', 0),
      frame(type.continuation, { stream: 1, flags: endHeaders, payload: rest }),
    ),
    fate: broken(code.protocol),
  },
  {
    section: '7',
    title: 'RST_STREAM with an unknown code',
    bytes: bytes(headers(1, post, endHeaders), reset(1, 0xff)),
    fate: ignored,
  },
];
