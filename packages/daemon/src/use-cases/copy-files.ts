import type { Readable } from 'node:stream';
import { CopyPath } from '@berth/spec/name';
import { Problem } from '@berth/spec/problem';
import { parsePart } from '../core/parse-part.ts';
import type { Engine } from '../ports/engine.ts';
import type { Actor } from './actor.ts';
import { getApp } from './app-access.ts';
import { findInstance, getEngine } from './app-instance.ts';
import type { Context } from './context.ts';

/** A place in an instance: the one of that id, else one that takes traffic, else any. */
export interface FilePlace {
  readonly name: string;
  readonly instance?: string | undefined;
  readonly path: string;
}

/** A tar stream of the file or directory. */
export async function readFiles(
  context: Context,
  actor: Actor,
  place: FilePlace & { readonly signal?: AbortSignal },
): Promise<Readable> {
  const { engine, instance } = findPlace(context, actor, place);
  return engine.containers.getArchive(instance, parsePart(CopyPath, place.path, 'path'), place.signal);
}

/** Unpacks a tar stream in a directory of one instance. What is in no volume goes with the instance. */
export async function writeFiles(
  context: Context,
  actor: Actor,
  place: FilePlace & { readonly tar: Readable },
): Promise<void> {
  const { engine, instance } = findPlace(context, actor, place);
  await engine.containers.putArchive(instance, parsePart(CopyPath, place.path, 'path'), place.tar);
}

function findPlace(
  context: Context,
  actor: Actor,
  { name, instance: id }: FilePlace,
): { engine: Engine; instance: string } {
  const app = getApp(context.ledger.books, actor, { name, scope: 'exec' });
  const engine = getEngine(context, app);
  const instance = findInstance(context, app, id);
  if (instance === undefined)
    throw new Problem('wrong-state', `"${name}" has no instance to copy files from or to; start the app first.`, {
      facts: { app: name },
    });
  return { engine, instance: instance.id };
}
