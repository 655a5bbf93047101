/** One element as it was read: what stands in it is not copied. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
}

/** The elements that stand side by side in `bytes`. Throws a `RangeError` where they are cut off. */
export function readDer(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { start, end } = readExtent(bytes, at);
    elements.push({ tag: bytes.readUInt8(at), content: bytes.subarray(start, end) });
    at = end;
  }
  return elements;
}

function readExtent(bytes: Buffer, at: number): { readonly start: number; readonly end: number } {
  const short = bytes.readUInt8(at + 1);
  const digits = short < 0x80 ? 0 : short & 0x7f;
  const length = digits === 0 ? short : bytes.readUIntBE(at + 2, digits);
  const start = at + 2 + digits;
  if (short === 0x80 || start + length > bytes.length) throw new RangeError('A DER element is cut off.');
  return { start, end: start + length };
}
