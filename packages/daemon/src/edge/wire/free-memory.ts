/** What is smaller is not worth the trouble. */
export const LEAST_FREED_BYTES = 16_384;

/**
 * Gives the memory of one read back to the system's allocator at once, when nobody uses it any more. The next read gets
 * the same memory then, while it is still warm; waiting for the garbage collector costs more than all else in an upload.
 */
export function freeMemory({ buffer, length }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0);
}
