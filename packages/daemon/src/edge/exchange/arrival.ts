import type { HostMemory } from './host-memory.ts';
import type { Origin } from '../wire/origin.ts';

/** The visitor, as the edge sees it. */
interface Peer {
  readonly address: string;
  /** Its own word on whom it speaks for counts. */
  readonly isTrusted: boolean;
}

/** How a connection came in: the same for all its requests. */
export interface Arrival {
  readonly peer: Peer;
  readonly scheme: 'http' | 'https';
  /** What was read of the connection before it was handed on: behind a PROXY line, for one. */
  readonly firstBytes?: Buffer;
  /** What its requests say of it; made with the first one. */
  origin?: Origin;
  hosts?: HostMemory;
}
