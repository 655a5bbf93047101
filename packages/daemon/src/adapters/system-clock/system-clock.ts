import { randomBytes, randomInt } from 'node:crypto';
import type { Clock } from '../../ports/clock.ts';

/** The machine's clock. Its timers let the process end. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => randomInt(2 ** 32) / 2 ** 32,
  newId: () => uuidv7(Date.now()),
};

let lastMs = 0;
let counter = 0;

/** RFC 9562, section 5.7, with a counter in `rand_a`: ids of one process rise even within a millisecond. */
function uuidv7(nowMs: number): string {
  counter = nowMs > lastMs ? 0 : counter + 1;
  lastMs = Math.max(lastMs, nowMs) + (counter > 0xfff ? 1 : 0);
  counter &= 0xfff;
  const bytes = randomBytes(16);
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
