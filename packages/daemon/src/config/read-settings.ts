import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Connector, readConnector, usualConnector } from './genisys-connector.ts';
import { SecretText } from './secret.ts';
import { Settings } from './settings.ts';

/** Where settings come from; the later ones win: file, environment, options. */
export interface SettingSources {
  readonly file: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly options: { readonly data?: string };
}

/** A setting that is not one, or not valid. Its message is for the operator's terminal. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Parses all sources once and strictly: an unknown key or variable stops the daemon, because it is a typo. */
export function readSettings(sources: SettingSources): Settings {
  const given = merge(fromFile(sources.file), fromEnvironment(sources.environment), definedOnly(sources.options));
  const parsed = Settings.safeParse(given);
  if (!parsed.success) throw new SettingsError(`The settings are not valid:\n${z.prettifyError(parsed.error)}`);
  const { DOCKER_HOST: dockerHost, CONFIGPROXY_AUTH_TOKEN: chpToken, DEPLOY_KEY: deployKey } = sources.environment;
  const connector = connectorOf(parsed.data);
  const settings = withConnector(withEngine(parsed.data, dockerHost || connector?.engineHost), connector);
  return freeze(withDeployKey(withChpToken(settings, chpToken), deployKey));
}

/** Every setting that a variable can give: `edge.baseDomain` ↔ `BERTH_EDGE_BASE_DOMAIN`. */
export function settingVariables(): {
  readonly path: readonly string[];
  readonly variable: string;
  readonly schema: z.ZodType;
}[] {
  return leaves(Settings, []);
}

type Tree = { [key: string]: unknown };

function fromFile(file: string | undefined): Tree {
  if (file === undefined) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Tree;
  } catch (error) {
    throw new SettingsError(
      `The settings file ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  throw new SettingsError(`The settings file ${file} must hold one JSON object.`);
}

/** Variables for the launchers, not for the daemon. */
const foreign = new Set(['BERTH_NO_INSTALL', 'BERTH_URL', 'BERTH_TOKEN']);

function fromEnvironment(environment: SettingSources['environment']): Tree {
  const known = new Map(settingVariables().map((one) => [one.variable, one]));
  const tree: Tree = {};
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith('BERTH_') || foreign.has(variable) || text === undefined) continue;
    const setting = known.get(variable);
    if (setting === undefined) throw new SettingsError(`The variable ${variable} is no setting of Berth.`);
    put(tree, setting.path, parseText(setting.schema, text));
  }
  return tree;
}

/** Lists are separated by commas, tables and lists of tables are JSON, numbers and words are themselves. */
function parseText(schema: z.ZodType, text: string): unknown {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodArray && unwrap(bare.element as z.ZodType) instanceof z.ZodObject) return parseTable(text);
  if (bare instanceof z.ZodArray)
    return text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  if (bare instanceof z.ZodNumber) return Number(text);
  if (bare instanceof z.ZodBoolean) return text === 'true' ? true : text === 'false' ? false : text;
  return bare instanceof z.ZodRecord ? parseTable(text) : text;
}

function parseTable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function leaves(schema: z.ZodType, path: readonly string[]): ReturnType<typeof settingVariables> {
  const bare = unwrap(schema);
  if (bare instanceof z.ZodObject)
    return Object.entries(bare.shape).flatMap(([key, value]) => leaves(value as z.ZodType, [...path, key]));
  return [{ path, variable: variableName(path), schema }];
}

function variableName(path: readonly string[]): string {
  return ['BERTH', ...path.map((part) => part.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase())].join('_');
}

function unwrap(schema: z.ZodType): z.ZodType {
  const { innerType } = schema.def as unknown as { innerType?: z.ZodType };
  return innerType === undefined ? schema : unwrap(innerType);
}

function put(tree: Tree, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined) return;
  if (rest.length === 0) tree[key] = value;
  else put((tree[key] ??= {}) as Tree, rest, value);
}

function merge(...trees: readonly Tree[]): Tree {
  const whole: Tree = {};
  for (const [key, value] of trees.flatMap((tree) => Object.entries(tree))) {
    const before = whole[key];
    whole[key] = isTree(value) && isTree(before) ? merge(before, value) : value;
  }
  return whole;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function definedOnly(options: Tree): Tree {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function withEngine(settings: Settings, dockerHost: string | undefined): Settings {
  if (Object.keys(settings.engines).length > 0) return settings;
  const host = dockerHost === undefined || dockerHost === '' ? 'unix:///var/run/docker.sock' : dockerHost;
  return { ...settings, engines: { local: { host, default: true } } };
}

/** Without a token whoever reaches the API could lead visitors anywhere. */
function withChpToken(settings: Settings, token: string | undefined): Settings {
  const { chp } = settings.dialects;
  if (chp === undefined || chp.token !== undefined) return settings;
  if (token === undefined || token === '')
    throw new SettingsError('The dialect chp needs a token: set CONFIGPROXY_AUTH_TOKEN, or dialects.chp.token.');
  return { ...settings, dialects: { ...settings.dialects, chp: { ...chp, token: SecretText.parse(token) } } };
}

/** What is known of a Genisys connector; undefined where there is none. */
function connectorOf({ dialects: { genisys } }: Settings): Connector | undefined {
  if (genisys === undefined) return undefined;
  const { connectorFile: file } = genisys;
  if (file === undefined) return usualConnector;
  try {
    return readConnector(file);
  } catch (error) {
    throw new SettingsError(
      `The connector file ${file} is not valid: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** What is said in the settings wins over the connector's file. */
function withConnector(settings: Settings, connector: Connector | undefined): Settings {
  const { genisys } = settings.dialects;
  if (genisys === undefined || connector === undefined) return settings;
  const listen = genisys.prefix === undefined ? (genisys.listen ?? connector.listen) : undefined;
  const serviceFile = genisys.serviceFile ?? connector.serviceFile;
  return { ...settings, dialects: { ...settings.dialects, genisys: { ...genisys, listen, serviceFile } } };
}

/** A dialect that anybody could deploy through is not started. */
function withDeployKey(settings: Settings, key: string | undefined): Settings {
  const { hosted } = settings.dialects;
  if (hosted === undefined || hosted.secret !== undefined) return settings;
  if (key === undefined || key === '')
    throw new SettingsError('The dialect hosted needs a secret: set DEPLOY_KEY, or dialects.hosted.secret.');
  return { ...settings, dialects: { ...settings.dialects, hosted: { ...hosted, secret: SecretText.parse(key) } } };
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
