import { AppName, ImageReference } from '@berth/spec/name';
import { parsePart } from '../../core/parse-part.ts';
import { badRequest, type Params, requireText } from './request.ts';

/** What `/new` asks for, with what it leaves out. */
export interface Wish {
  readonly name: string;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
}

const usualEnv = { ENV: 'prod', PORT: '8001' };

/** Throws before anything is done. */
export function readWish(params: Params): Wish {
  const image = parsePart(ImageReference, requireText(params, 'image'), 'image');
  const name = parsePart(AppName, params['name'] ?? nameOf(image), 'name');
  const env = { ...usualEnv, ...readEnv(params['env'] ?? {}) };
  return { name, image, env, port: readPort(env.PORT) };
}

/** The last part of the path, without tag and digest. */
function nameOf(image: string): string {
  return (image.split('@')[0] ?? '').replace(/^.*\//, '').replace(/:.*$/, '');
}

/** Numbers and booleans are their JSON text, as the engine would have it. */
function readEnv(env: unknown): Record<string, string> {
  if (typeof env !== 'object' || env === null || Array.isArray(env))
    throw badRequest('The field `env` must be an object of variables.');
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, readValue(name, value)]));
}

function readValue(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value);
  throw badRequest(
    `The variable ${JSON.stringify(name.slice(0, 120))} in \`env\` must be a text, a number or a boolean.`,
  );
}

function readPort(text: string): number {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw badRequest('The variable PORT in `env` must be a port from 1 to 65535.');
  return port;
}
