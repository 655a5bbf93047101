import type { Context } from '../../use-cases/context.ts';
import type { Actor } from '../../use-cases/actor.ts';

/** Who asks, and which engine the facility is. */
export interface Hand {
  readonly context: Context;
  readonly actor: Actor;
  readonly engine: string;
  readonly mode: 'solo' | 'swarm';
}
