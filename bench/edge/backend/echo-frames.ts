const SHORT = 126;

/**
 * Answers each whole frame of a WebSocket client with the same payload, not masked (RFC 6455, section 5.2). Cheap, for
 * payloads of less than 64 KiB; whoever sends larger ones gets nothing.
 */
export function createEcho(send: (frame: Buffer) => void): (part: Buffer) => void {
  let pending = Buffer.alloc(0);
  return (part) => {
    let bytes = pending.length === 0 ? part : Buffer.concat([pending, part]);
    for (let end = findEnd(bytes); end <= bytes.length; end = findEnd(bytes)) {
      send(echo(bytes, end));
      bytes = bytes.subarray(end);
    }
    pending = Buffer.from(bytes);
  };
}

/** Where the first frame ends; infinite while that is not known. */
function findEnd(bytes: Buffer): number {
  if (bytes.length < 4) return Number.POSITIVE_INFINITY;
  const short = (bytes[1] ?? 0) & 0x7f;
  return short < SHORT ? 6 + short : 8 + bytes.readUInt16BE(2);
}

function echo(bytes: Buffer, end: number): Buffer {
  const headBytes = ((bytes[1] ?? 0) & 0x7f) < SHORT ? 2 : 4;
  const frame = Buffer.from(bytes.subarray(0, end - 4));
  frame[1] = (frame[1] ?? 0) & 0x7f;
  for (let at = headBytes; at < frame.length; at += 1)
    frame[at] = (bytes[at + 4] ?? 0) ^ (bytes[headBytes + ((at - headBytes) & 3)] ?? 0);
  return frame;
}
