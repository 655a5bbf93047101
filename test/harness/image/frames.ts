type OnFrame = (opcode: number, payload: Buffer) => void;

/** Collects bytes and hands on each whole frame of a WebSocket client, unmasked (RFC 6455, section 5.2). */
export function createFrameReader(onFrame: OnFrame): (part: Buffer) => void {
  let pending = Buffer.alloc(0);
  return (part) => {
    pending = Buffer.concat([pending, part]);
    for (let frame = parseFrame(pending); frame !== undefined; frame = parseFrame(pending)) {
      pending = pending.subarray(frame.end);
      onFrame(frame.opcode, frame.payload);
    }
  };
}

/** A whole message in one frame, as a server sends it: not masked. */
export function renderFrame(opcode: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x80 | opcode]), renderLength(payload.length), payload]);
}

function renderLength(sizeBytes: number): Buffer {
  if (sizeBytes < 126) return Buffer.from([sizeBytes]);
  const length = Buffer.alloc(sizeBytes < 65536 ? 3 : 9);
  length[0] = sizeBytes < 65536 ? 126 : 127;
  length.writeUIntBE(sizeBytes, length.length - Math.min(6, length.length - 1), Math.min(6, length.length - 1));
  return length;
}

function parseFrame(bytes: Buffer) {
  if (bytes.length < 2) return undefined;
  const short = bytes.readUInt8(1) & 0x7f;
  const maskAt = short === 127 ? 10 : short === 126 ? 4 : 2;
  const start = maskAt + 4;
  if (bytes.length < start) return undefined;
  const end =
    start + (short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short);
  if (bytes.length < end) return undefined;
  const mask = bytes.subarray(maskAt, start);
  const payload = Buffer.from(bytes.subarray(start, end).map((byte, index) => byte ^ mask.readUInt8(index % 4)));
  return { opcode: bytes.readUInt8(0) & 0x0f, payload, end };
}
