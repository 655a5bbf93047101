import { findAddress } from '../exchange/request-facts.ts';
import type { Arrival } from '../exchange/arrival.ts';
import { textOf } from '../wire/byte.ts';
import type { RequestHead } from '../wire/request-head.ts';
import type { AccessLog } from './access-log.ts';

/** What the access log will say of one request, gathered while it lasts. */
export class AccessNote {
  /** Of the route that took it; `-` when none did. */
  app = '-';
  status = 0;
  bytesIn = 0;
  bytesOut = 0;
  readonly #log: AccessLog;
  readonly #asked: { readonly visitor: string; readonly method: string; readonly host: string; readonly path: string };
  readonly #beganMs: number;
  readonly #time = new Date().toISOString();

  constructor(log: AccessLog, head: RequestHead, { arrival, nowMs }: { arrival: Arrival; nowMs: number }) {
    const { bytes } = head;
    this.#log = log;
    this.#beganMs = nowMs;
    this.#asked = {
      visitor: findAddress(head, arrival.peer),
      method: head.method,
      host: textOf(bytes, head.hostStart, head.hostEnd),
      path: textOf(bytes, head.targetStart, head.pathEnd),
    };
  }

  end(nowMs: number): void {
    const { app, status, bytesIn, bytesOut } = this;
    const milliseconds = Math.round((nowMs - this.#beganMs) * 1_000) / 1_000;
    this.#log.add({ time: this.#time, app, ...this.#asked, status, bytesIn, bytesOut, milliseconds });
  }
}
