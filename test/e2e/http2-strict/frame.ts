/** RFC 9113, 6. */
export const type = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  promise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** RFC 9113, 7. */
export const code = {
  protocol: 1,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refused: 7,
  compression: 9,
  calm: 11,
} as const;

export const flag = { endStream: 1, acknowledged: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** The bytes of one frame, right or wrong. `length` is what its head says, where that is not true. */
export function frame(kind: number, given: Partial<Omit<Frame, 'type'>> & { readonly length?: number } = {}): Buffer {
  const { flags = 0, stream = 0, payload = Buffer.alloc(0), length = payload.length } = given;
  const head = Buffer.alloc(9);
  head.writeUIntBE(length, 0, 3);
  head[3] = kind;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Cuts what has come into whole frames, and gives back the rest. */
export function readFrames(bytes: Buffer): { readonly frames: readonly Frame[]; readonly rest: Buffer } {
  const frames: Frame[] = [];
  let at = 0;
  while (bytes.length - at >= 9 && bytes.length - at >= 9 + bytes.readUIntBE(at, 3)) {
    const end = at + 9 + bytes.readUIntBE(at, 3);
    const stream = bytes.readUInt32BE(at + 5) & 0x7fffffff;
    frames.push({ type: bytes[at + 3] ?? 0, flags: bytes[at + 4] ?? 0, stream, payload: bytes.subarray(at + 9, end) });
    at = end;
  }
  return { frames, rest: bytes.subarray(at) };
}

export type Field = readonly [name: string, value: string];

/** Fields as HPACK has them without tables and without Huffman's code (RFC 7541, 6.2.2). */
export function pack(fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.of(0), packText(name), packText(value)]));
}

function packText(text: string): Buffer {
  const rest = text.length - 127;
  if (rest < 0) return Buffer.concat([Buffer.of(text.length), Buffer.from(text, 'latin1')]);
  const length = [127];
  let left = rest;
  for (; left >= 128; left >>= 7) length.push((left & 127) | 128);
  return Buffer.concat([Buffer.from([...length, left]), Buffer.from(text, 'latin1')]);
}

/** The pseudo-fields of an ordinary request, some of them otherwise; an empty list of texts leaves one out. */
export function request(more: Readonly<Record<string, readonly string[]>> = {}): Field[] {
  const usual = { ':method': ['GET'], ':scheme': ['https'], ':path': ['/'], ':authority': ['app.test'] };
  return Object.entries({ ...usual, ...more }).flatMap(([name, values]) => values.map((value): Field => [name, value]));
}

/** A whole request without a body on one stream. */
export function headers(stream: number, fields: readonly Field[] | Buffer = request(), flags = 5): Buffer {
  return frame(type.headers, { stream, flags, payload: Buffer.isBuffer(fields) ? fields : pack(fields) });
}

export function data(stream: number, text: string, flags: number = flag.endStream): Buffer {
  return frame(type.data, { stream, flags, payload: Buffer.from(text) });
}

/** One setting after the other: identifier, value. */
export function settings(...pairs: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(pairs.length * 6);
  for (const [at, [id, value]] of pairs.entries()) {
    payload.writeUInt16BE(id, at * 6);
    payload.writeUInt32BE(value, at * 6 + 2);
  }
  return frame(type.settings, { payload });
}

export function windowUpdate(stream: number, increment: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(increment);
  return frame(type.windowUpdate, { stream, payload });
}

export function reset(stream: number, reason = 8): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(reason);
  return frame(type.reset, { stream, payload });
}

export function ping(text: string, given: { readonly flags?: number; readonly stream?: number } = {}): Buffer {
  return frame(type.ping, { payload: Buffer.from(text), ...given });
}
