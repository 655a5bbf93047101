import type { DialectLog, DialectParts } from '../../dialect-kit/dialect.ts';
import type { Actor } from '../../use-cases/actor.ts';
import type { Context } from '../../use-cases/context.ts';

export interface PortalSettings {
  readonly token?: { reveal(): string } | undefined;
  readonly open: boolean;
  readonly owner: string;
  readonly host?: string | undefined;
  readonly path: string;
  readonly suffix?: string | undefined;
  readonly logs: boolean;
  readonly history: number;
  readonly dropCookies: readonly string[];
  readonly memReservationMb: number;
  readonly memoryBudgetMb?: number | undefined;
  readonly idleSeconds?: number | undefined;
  readonly startSeconds: number;
  readonly adopt: boolean;
  readonly waiting: { readonly title: string; readonly text?: string | undefined; readonly giveUpSeconds: number };
}

/** The budget of the apps that a portal launches. */
export const budgetName = 'portal';

/** What every route works with. */
export interface Hand {
  readonly context: Context;
  readonly settings: PortalSettings;
  /** Whoever may use the site: the owner of what it launches, and of nothing else. */
  readonly actor: Actor;
  readonly log: DialectLog;
}

export function createHand({ settings, context, log }: DialectParts<PortalSettings>): Hand {
  const actor: Actor = { user: settings.owner, role: 'user', scopes: ['read', 'deploy', 'operate'] };
  return { context, settings, actor, log };
}

/** Where visitors find an app: `/docker/<name>/`. */
export function pathOf({ settings }: Hand, name: string): string {
  return `${settings.path}/${name}/`;
}

/** The same as an address of the edge; `host` is what the caller knows this machine by, without a port. */
export function addressOf({ settings, context: { policy } }: Hand, host: string): string {
  const { scheme, port } = policy.publicUrl;
  const isUsual = port === (scheme === 'https' ? 443 : 80);
  return `${scheme}://${settings.host ?? host}${isUsual ? '' : `:${port}`}`;
}
