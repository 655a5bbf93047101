import { Problem } from '@berth/spec/problem';
import { isSecret } from '../../dialect-kit/is-secret.ts';
import type { Actor } from '../../use-cases/actor.ts';
import { authenticate } from '../../use-cases/authenticate.ts';
import type { Context } from '../../use-cases/context.ts';

export interface SrcSettings {
  readonly open: boolean;
  readonly token?: { reveal(): string } | undefined;
}

/** The original knows no users of its own: who may call it may do everything. */
const everybody: Actor = { user: 'src', role: 'admin', scopes: ['read', 'deploy', 'operate', 'admin'] };

/** Who asks, by the header `Authorization`. */
export function findCaller(context: Context, settings: SrcSettings, authorization: string | undefined): Actor {
  if (settings.open) return everybody;
  const given = /^Bearer +(.+?) *$/i.exec(authorization ?? '')?.[1];
  if (settings.token === undefined) return authenticate(context, given);
  if (isSecret(given, settings.token.reveal())) return everybody;
  throw new Problem('unauthenticated', 'Send the token of this API: `Authorization: Bearer …`.');
}
