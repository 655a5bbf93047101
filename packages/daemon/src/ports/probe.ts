import type { Address } from '../core/instance.ts';

/** What to ask an instance for, from outside. */
export interface ProbeRequest {
  readonly kind: 'tcp' | 'http';
  readonly address: Address;
  /** Of an http probe: a GET of it has to answer 200 … 399. */
  readonly path: string;
  /** Of establishing the connection alone. */
  readonly connectTimeoutMs: number;
  /** Of the whole. */
  readonly timeoutMs: number;
}

/** Resolves to null when the instance answered well, else to a short reason. Never rejects. */
export type Probe = (request: ProbeRequest) => Promise<string | null>;
