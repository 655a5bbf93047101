import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Of all that takes part in a measurement alike. */
const FIRST = -10;
const USUAL = 0;

/** Lets a process, and its session, go before what else runs on the machine; nothing happens where that is not allowed. */
export function putFirst(pid: number): void {
  place(pid, FIRST);
}

/** Takes `putFirst` back. */
export function putBack(pid: number): void {
  place(pid, USUAL);
}

/** Where the kernel groups processes by session, it is the session's place that counts. */
function place(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch {
    // It is then measured like everything else.
  }
}
