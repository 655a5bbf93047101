import { Scope } from '@berth/spec/access';
import type { Actor } from './actor.ts';

/** Whom operations name that nobody asked for. */
export const berth: Actor = { user: 'berth', role: 'admin', scopes: Scope.options };
