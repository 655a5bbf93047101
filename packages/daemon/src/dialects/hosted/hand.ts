import type { DialectLog, DialectParts } from '../../dialect-kit/dialect.ts';
import type { Actor } from '../../use-cases/actor.ts';
import type { Context } from '../../use-cases/context.ts';

export interface HostedSettings {
  readonly secret?: { reveal(): string } | undefined;
  readonly listNeedsSecret: boolean;
  readonly owner: string;
  readonly apps: 'all' | 'own';
}

/** What every route works with. */
export interface Hand {
  readonly context: Context;
  /** Whoever shows the secret. */
  readonly actor: Actor;
  readonly secret: string;
  readonly log: DialectLog;
}

export function createHand({ settings, context, log }: DialectParts<HostedSettings>): Hand {
  const { secret, owner, apps } = settings;
  if (secret === undefined) throw new Error('the dialect hosted has no secret');
  return { context, log, secret: secret.reveal(), actor: actorOf(owner, apps) };
}

/** Apps of all owners are an administrator's to see and change. */
function actorOf(user: string, apps: 'all' | 'own'): Actor {
  return apps === 'all'
    ? { user, role: 'admin', scopes: ['read', 'deploy', 'operate', 'admin'] }
    : { user, role: 'user', scopes: ['read', 'deploy', 'operate'] };
}
