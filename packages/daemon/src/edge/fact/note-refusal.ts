import type { Arrival } from '../exchange/arrival.ts';
import { type Refusal, statusOf } from '../refusal.ts';
import type { AccessLog } from './access-log.ts';

/**
 * A line for what came and was no request: who sent it, and what it was told. None of its bytes are repeated, because
 * nobody knows what they mean.
 */
export function noteRefusal(log: AccessLog | undefined, { peer }: Arrival, refusal: Refusal): void {
  log?.add({
    time: new Date().toISOString(),
    app: '-',
    visitor: peer.address,
    method: '-',
    host: '-',
    path: '-',
    status: statusOf(refusal),
    bytesIn: 0,
    bytesOut: 0,
    milliseconds: 0,
  });
}
