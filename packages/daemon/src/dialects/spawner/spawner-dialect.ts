import { isProblem, Problem } from '@berth/spec/problem';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Dialect, DialectLog, DialectParts } from '../../dialect-kit/dialect.ts';
import { isSecret } from '../../dialect-kit/is-secret.ts';
import { TextRefusal } from '../../dialect-kit/text-refusal.ts';
import { findApp } from '../../core/books.ts';
import { isSpawned, type SpawnedApp } from '../../core/spawn-room.ts';
import type { Actor } from '../../use-cases/actor.ts';
import type { Context } from '../../use-cases/context.ts';
import { finish } from '../../use-cases/operation-end.ts';
import { findSpawnOf, removeSpawn, spawnApp } from '../../use-cases/spawns.ts';
import { type Form, readForm, readQueryOrForm, requireField, takeForms } from './form.ts';
import { ownerFor } from './spawn-owner.ts';

export interface SpawnerSettings {
  readonly token?: { reveal(): string } | undefined;
  readonly images: Readonly<Record<string, string>>;
  readonly withUsers: boolean;
  readonly owner: string;
}

/** What every route works with. */
interface Hand {
  readonly settings: SpawnerSettings;
  readonly context: Context;
  readonly log: DialectLog;
}

const template = 'spawner';

/** Docker Spawner. What it calls a container is a spawn of the template `spawner`. */
export function createSpawnerDialect({ settings, context, log }: DialectParts<SpawnerSettings>): Dialect {
  const hand = { settings, context, log };
  return {
    async addRoutes(scope) {
      requireToken(scope, settings);
      await takeForms(scope);
      scope.post('/spawn', async (request, reply) => {
        void reply.type(plain);
        return spawn(hand, await readForm(request));
      });
      scope.post('/stop', async (request, reply) => {
        void reply.type(plain);
        return stop(hand, await readForm(request));
      });
      scope.get('/get_container_hex', async (request, reply) => {
        void reply.type(plain);
        return findHex(hand, request);
      });
    },
  };
}

const plain = 'text/plain; charset=utf-8';

function requireToken(scope: FastifyInstance, { token }: SpawnerSettings): void {
  if (token === undefined) return;
  scope.addHook('onRequest', async ({ headers }) => {
    const given = /^bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1];
    if (!isSecret(given, token.reveal()))
      throw new Problem('unauthenticated', 'Send the token of this API as `Authorization: Bearer`.');
  });
}

async function spawn(hand: Hand, form: Form): Promise<string> {
  const { context, settings, log } = hand;
  const id = requireField(form, 'container_id');
  if (!Object.hasOwn(settings.images, id))
    throw new TextRefusal(400, `Error: docker image for id '${id}' does not exist!`);
  const user = settings.withUsers ? requireField(form, 'user_id') : null;
  const owner = user === null ? settings.owner : ownerFor(context, user);
  try {
    const wish = { template, owner, user, parameters: { container_id: id } };
    const { app, ready } = await spawnApp(context, actorOf(owner), wish);
    await ready;
    return app.name;
  } catch (error) {
    log('info', `spawn of ${JSON.stringify(id)}: ${String(error)}`);
    if (isProblem(error, 'no-room', 'quota-exceeded'))
      throw new TextRefusal(409, 'Error: max available containers reached!');
    if (isProblem(error, 'validation-failed')) throw new TextRefusal(400, `Bad request: ${error.message}`);
    throw failure('Error starting docker', error);
  }
}

async function stop({ context, log }: Hand, form: Form): Promise<string> {
  const hex = requireField(form, 'container_hex');
  const app = findContainer(context, hex);
  if (app === undefined) throw unknown(hex);
  try {
    await finish(context, await removeSpawn(context, actorOf(app.owner), { id: app.name }));
    return 'successfully removed docker';
  } catch (error) {
    log('warn', `stop of ${app.name}: ${String(error)}`);
    // Somebody else was faster.
    if (findContainer(context, hex) === undefined) throw unknown(hex);
    throw failure('Error stopping docker', error);
  }
}

function unknown(hex: string): TextRefusal {
  return new TextRefusal(400, `Error: docker container '${hex}' does not exist!`);
}

async function findHex({ context, settings }: Hand, request: FastifyRequest): Promise<string> {
  if (!settings.withUsers) throw new TextRefusal(404, 'WITH_USERS is disabled!');
  const user = requireField(await readQueryOrForm(request, 'user_id'), 'user_id');
  const app = findSpawnOf(context, { template, user });
  if (app === undefined || app.serving === null) throw new TextRefusal(404, 'Container not found for user');
  return `${app.name}:${app.spawn.parameters['container_id'] ?? ''}`;
}

function findContainer({ ledger }: Context, hex: string): SpawnedApp | undefined {
  const app = findApp(ledger.books, hex);
  return app !== undefined && isSpawned(app) && app.spawn.template === template && app.removing === null
    ? app
    : undefined;
}

/** Each acts for the owner of what it is about, and may do no more than they. */
function actorOf(user: string): Actor {
  return { user, role: 'user', scopes: ['read', 'deploy', 'operate'] };
}

/** The original's words, then why, then what the container wrote last. Mistakes of Berth's own are not told. */
function failure(words: string, error: unknown): Error {
  if (!(error instanceof Problem)) return error as Error;
  const { logTail = [] } = error.facts as { logTail?: readonly string[] };
  return new TextRefusal(500, [words, error.message, ...logTail].join('\n'));
}
