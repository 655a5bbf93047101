import { localFailure } from '../failure.ts';

/** An app as the Hosted Docker API knew it. */
export interface HostedApp {
  readonly name: string;
  /** Undefined where neither file says it. */
  readonly image: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly domains: readonly string[];
  readonly running: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const usualEnv = { ENV: 'prod', PORT: '8001' };

/**
 * The apps of a `config.json`, which has their ports and domains, with what `docker inspect` says of their containers and
 * images. An entry may have `image` and `env` of its own; those win.
 */
export function readHosted(config: string, inspected: string | undefined): HostedApp[] {
  const entries = readJson(config, 'config.json');
  if (!isFields(entries)) throw malformed('config.json', 'It must be an object of apps by name.');
  const things = inspected === undefined ? [] : readJson(inspected, 'The inspection');
  if (!Array.isArray(things)) throw malformed('The inspection', 'It must be a list, as `docker inspect` prints it.');
  const known = things.filter(isFields);
  return Object.entries(entries).map(([name, entry]) => readApp(name, isFields(entry) ? entry : {}, known));
}

function readApp(name: string, entry: Fields, things: readonly Fields[]): HostedApp {
  const container = things.find((thing) => thing['Name'] === `/${name}`);
  const env = { ...usualEnv, ...ownEnv(container, things), ...textValues(entry['env']) };
  const image = entry['image'] ?? fieldsOf(container?.['Config'])['Image'];
  const running = container === undefined || fieldsOf(container['State'])['Running'] === true;
  return {
    name,
    image: typeof image === 'string' ? image : undefined,
    env,
    port: Number(env.PORT),
    domains: texts(entry['domains']),
    running,
  };
}

/** What the container was started with, without what its image has: that comes with the image. */
function ownEnv(container: Fields | undefined, things: readonly Fields[]): Record<string, string> {
  const image = things.find((thing) => thing['Id'] === container?.['Image']);
  const ofImage = new Set(envOf(image));
  const own = envOf(container).filter((line) => !ofImage.has(line));
  return Object.fromEntries(own.map((line) => [line.replace(/=.*$/s, ''), line.replace(/^[^=]*=?/, '')]));
}

function envOf(thing: Fields | undefined): string[] {
  return texts(fieldsOf(thing?.['Config'])['Env']);
}

function textValues(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fieldsOf(value)).map(([name, one]) => [name, typeof one === 'string' ? one : JSON.stringify(one)]),
  );
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed(what, error instanceof Error ? error.message : String(error));
  }
}

function malformed(what: string, detail: string) {
  return localFailure('file', { title: `${what} cannot be read`, detail });
}
