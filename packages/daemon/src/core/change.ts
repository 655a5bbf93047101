import type { Credential, Token, User } from './access.ts';
import type { App, Release } from './app.ts';
import type { Authority, Certificate } from './certificate.ts';
import type { Event } from './event.ts';
import type { Operation } from './operation.ts';
import type { ShelfItem, ShelfName } from './shelf.ts';
import type { UptimeMark } from './uptime.ts';
import type { UptimeRecord } from './uptime-record.ts';

/** One line of the ledger: a write as data. A list of them is written all or not at all. */
export type Change =
  | { readonly kind: 'app.put'; readonly app: App }
  | { readonly kind: 'app.remove'; readonly id: string }
  | { readonly kind: 'release.put'; readonly release: Release }
  | { readonly kind: 'operation.put'; readonly operation: Operation }
  | { readonly kind: 'event.add'; readonly event: Event }
  | { readonly kind: 'user.put'; readonly user: User }
  | { readonly kind: 'user.remove'; readonly name: string }
  | { readonly kind: 'token.put'; readonly token: Token }
  | { readonly kind: 'token.remove'; readonly id: string }
  | { readonly kind: 'credential.put'; readonly credential: Credential }
  | { readonly kind: 'credential.remove'; readonly owner: string; readonly name: string }
  | { readonly kind: 'certificate.put'; readonly certificate: Certificate }
  | { readonly kind: 'certificate.remove'; readonly id: string }
  | { readonly kind: 'authority.put'; readonly authority: Authority }
  | { readonly kind: 'shelf.put'; readonly item: ShelfItem }
  | { readonly kind: 'shelf.remove'; readonly shelf: ShelfName; readonly key: string }
  | { readonly kind: 'answer.put'; readonly answer: KeptAnswer }
  /** The marks take the place of what was recorded from the first of them on. */
  | { readonly kind: 'uptime.put'; readonly record: UptimeRecord; readonly marks: readonly UptimeMark[] }
  /** Until then, epoch milliseconds, all that Berth could see is recorded. */
  | { readonly kind: 'uptime.seen'; readonly at: number };

/** What was answered to a request with an idempotency key. */
export interface KeptAnswer {
  readonly user: string;
  readonly key: string;
  /** SHA-256 of method, path and body, in hexadecimal. */
  readonly request: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly at: number;
}
