import type { Credential, Token, User } from '../../core/access.ts';
import type { App, Release } from '../../core/app.ts';
import type { Authority, Certificate } from '../../core/certificate.ts';
import type { KeptAnswer } from '../../core/change.ts';
import type { Event } from '../../core/event.ts';
import type { Operation } from '../../core/operation.ts';
import type { ShelfItem } from '../../core/shelf.ts';
import type { UptimeRecord } from '../../core/uptime-record.ts';
import type { Json } from './record.ts';

/** The tables. `body` is the whole record; the other columns are what it is found, kept apart or pruned by. */
export interface Schema {
  app: { id: string; name: string; target_release: number | null; serving_release: number | null; body: Json<App> };
  /** Which app each address belongs to; kept in step with the apps' bodies. */
  domain: { host: string; path_prefix: string; app_id: string };
  release: { app_id: string; number: number; state: string; body: Json<Release> };
  operation: { id: string; app_id: string; owner: string; ended_at: number | null; body: Json<Operation> };
  event: { id: number; at: number; app: string | null; owner: string | null; body: Json<Event> };
  user: { name: string; body: Json<User> };
  token: { id: string; user: string; body: Json<Token> };
  credential: { owner: string; name: string; body: Json<Credential> };
  certificate: { id: string; owner: string | null; body: Json<Certificate> };
  authority: { directory: string; body: Json<Authority> };
  shelf: { shelf: string; key: string; body: Json<ShelfItem> };
  answer: { user: string; key: string; at: number; body: Json<KeptAnswer> };
  uptime_record: {
    id: string;
    kind: UptimeRecord['kind'];
    app_id: string | null;
    begun_at: number;
    ended_at: number | null;
    body: Json<UptimeRecord>;
  };
  /** The changes of one record on one day of UTC, counted from 1970; a day without any has no page. */
  uptime_page: { record_id: string; day: number; rolled_up: 0 | 1; marks: Uint8Array };
  /** One row. */
  uptime_seen: { id: 1; at: number };
}
