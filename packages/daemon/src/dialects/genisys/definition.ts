import { isDeepStrictEqual } from 'node:util';
import type { App } from '@berth/spec/app';
import { AppSpec, type Port } from '@berth/spec/app-spec';
import { fieldProblem } from '@berth/spec/problem';
import { parsePart } from '../../core/parse-part.ts';
import { parseServicePort, renderServicePort } from './service-port.ts';
import { serviceNameOf } from './service-name.ts';
import { splitWords, UnendedWord } from './shell-words.ts';

/** A service as its definition writes it; null where it says nothing. */
export interface Definition {
  readonly name: string;
  readonly image: string;
  readonly command: string | readonly string[] | null;
  readonly environment: Readonly<Record<string, string | number | boolean | null>> | null;
  readonly ports: readonly (string | number)[] | null;
}

/** What a definition leaves open: these images are of any kind, so that running is all that is asked of an instance. */
const usualSpec = { health: { kind: 'none' } } as const;

const label = { name: 'genisys.name', given: 'genisys.definition', file: 'genisys.file' } as const;
const longestLabel = 4096;

/** Reads the fields of a definition; refuses what is none with `validation-failed`. */
export function parseDefinition(name: string, fields: Readonly<Record<string, unknown>>): Definition {
  const { image, command = null, environment = null, ports = null } = fields;
  if (typeof image !== 'string') throw fieldProblem('image', 'must be a text');
  const definition = { name, image, command, environment, ports } as Definition;
  readCommand(definition);
  readEnvironment(definition);
  readPorts(definition);
  return definition;
}

/** What of an app's spec is not in its definition. */
interface Beside {
  readonly base: AppSpec | undefined;
  readonly file: string | undefined;
  readonly publishExposed?: true;
}

/** The definition's share of a spec, put into `base`: what the app has beyond it stays. */
export function specOf(definition: Definition, { base, file, ...more }: Beside): AppSpec {
  const {
    command: _command,
    ports: _ports,
    publishExposed: _exposed,
    ...rest
  } = base ?? AppSpec.parse({ image: 'none', ...usualSpec });
  const given = renderGiven(definition);
  const { [label.given]: _given, ...labels } = rest.labels;
  const marks = {
    [label.name]: definition.name,
    ...(given.length > longestLabel ? {} : { [label.given]: given }),
    ...(file === undefined ? {} : { [label.file]: file }),
  };
  return parsePart(
    AppSpec,
    { ...rest, ...shareOf(definition), ...more, labels: { ...labels, ...marks } },
    'definition',
  );
}

/** The definition of what an app is: as it was given, unless the app has been changed in another way since. */
export function definitionOf({ name: app, spec }: Pick<App, 'name' | 'spec'>): Definition {
  const [name, image] = [serviceNameOf(app), spec.image];
  const given = parseGiven({ name, image }, spec.labels[label.given]);
  if (given !== undefined && isDeepStrictEqual(comparable(shareOf(given)), comparable(spec))) return given;
  return {
    name,
    image,
    command: spec.command ?? null,
    environment: Object.keys(spec.env).length === 0 ? null : spec.env,
    ports: spec.ports?.map(renderServicePort) ?? null,
  };
}

/** What the file said of the service that an app is, when it was last applied. */
export function fileMarkOf(spec: AppSpec): string | undefined {
  return spec.labels[label.file];
}

interface Share {
  readonly image: string;
  readonly command?: string[];
  readonly env: Record<string, string>;
  readonly ports?: Port[];
}

function shareOf(definition: Definition): Share {
  const [command, ports] = [readCommand(definition), readPorts(definition)];
  return {
    image: definition.image,
    env: readEnvironment(definition),
    ...(command.length === 0 ? {} : { command }),
    ...(ports.length === 0 ? {} : { ports }),
  };
}

function comparable(spec: Pick<AppSpec, 'command' | 'env' | 'ports'>) {
  return { command: spec.command ?? [], env: { ...spec.env }, ports: (spec.ports ?? []).map(renderServicePort) };
}

function readCommand({ command }: Definition): string[] {
  if (command === null) return [];
  if (typeof command === 'string') return readWords(command);
  if (Array.isArray(command) && command.every((word) => typeof word === 'string')) return [...command];
  throw fieldProblem('command', 'must be a text or a list of texts');
}

function readWords(command: string): string[] {
  try {
    return splitWords(command);
  } catch (error) {
    if (error instanceof UnendedWord) throw fieldProblem('command', `${error.message}.`);
    throw error;
  }
}

/** Numbers and booleans become their JSON text, null the empty value. */
function readEnvironment({ environment }: Definition): Record<string, string> {
  if (environment === null) return {};
  if (typeof environment !== 'object' || Array.isArray(environment))
    throw fieldProblem('environment', 'must be an object of values by name');
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, readValue(name, value)]));
}

function readValue(name: string, value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return JSON.stringify(value);
  throw fieldProblem(`environment.${name}`, 'must be a text, a number, a boolean or null');
}

/** One that is listed twice is meant once. */
function readPorts({ ports }: Definition): Port[] {
  if (ports === null) return [];
  if (!Array.isArray(ports)) throw fieldProblem('ports', 'must be a list');
  const read = ports.map((given: unknown, at) => {
    const port = parseServicePort(given);
    if (port === undefined) throw fieldProblem(`ports[${at}]`, 'must be a port such as 8080, "53/udp" or "8080:80"');
    return port;
  });
  return [...new Map(read.map((port) => [renderServicePort(port), port])).values()];
}

function renderGiven({ command, environment, ports }: Definition): string {
  return JSON.stringify({ command, environment, ports });
}

/** Undefined for a label that says no such thing: anybody may have written it. */
function parseGiven({ name, image }: Pick<Definition, 'name' | 'image'>, text = ''): Definition | undefined {
  try {
    const { command, environment, ports } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return parseDefinition(name, { image, command, environment, ports });
  } catch {
    return undefined;
  }
}
