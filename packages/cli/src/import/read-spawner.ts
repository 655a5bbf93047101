import { localFailure } from '../failure.ts';
import { parsePythonFile, type PythonValue } from '../parse/python-literal.ts';
import { PythonError } from '../parse/python-token.ts';

/** What a `settings.py` of Docker Spawner comes to, and what of it was left out and why. */
export interface SpawnerFile {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly skipped: readonly string[];
}

interface Rule {
  readonly setting: string;
  readonly expects: string;
  readonly accepts: (value: PythonValue) => boolean;
}

const isText = (value: PythonValue): boolean => typeof value === 'string' && value !== '';
const isCount = (value: PythonValue): boolean => Number.isInteger(value) && Number(value) >= 0;
const isTable = (value: PythonValue): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every(isText);

const rules: Readonly<Record<string, Rule>> = {
  CONTAINER_IMAGES: { setting: 'images', expects: 'a dict of texts', accepts: isTable },
  MAX_CONTAINERS: { setting: 'maxContainers', expects: 'a whole number', accepts: isCount },
  DOMAIN: { setting: 'domain', expects: 'a text', accepts: isText },
  HEX_SIZE: { setting: 'hexSize', expects: 'a whole number', accepts: isCount },
  CONTAINER_PREFIX: { setting: 'containerPrefix', expects: 'a text', accepts: isText },
  DOCKER_TIMEOUT: { setting: 'lifetimeSeconds', expects: 'a whole number', accepts: isCount },
  CLEANUP_TIMEOUT: { setting: 'sweepSeconds', expects: 'a whole number', accepts: isCount },
  WITH_USERS: { setting: 'withUsers', expects: 'True or False', accepts: (value) => typeof value === 'boolean' },
};

/** What Berth does without. */
const needless: Readonly<Record<string, string>> = {
  PORT_START: 'the edge reaches containers at their own addresses',
  PROXY_CONFIG: 'the edge is the proxy',
  WINDOWS: 'nothing depends on it',
};

/** Reads it as data: nothing is run. Throws a failure where it cannot be taken apart. */
export function readSpawner(path: string, source: string): SpawnerFile {
  const { values, skipped } = parse(path, source);
  const left = skipped.map(({ line, why }) => `line ${line}: ${why}`);
  const settings: Record<string, unknown> = {};
  for (const [name, value] of values) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule?.accepts(value) === true) settings[rule.setting] = value;
    else
      left.push(`${name}: ${rule === undefined ? (needless[name] ?? 'it is not known') : `must be ${rule.expects}`}`);
  }
  if (Object.hasOwn(settings, 'images')) return { settings, skipped: left };
  throw unreadable(path, 'It has no CONTAINER_IMAGES: a dict of ids and images.');
}

function parse(path: string, source: string) {
  try {
    return parsePythonFile(source);
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    throw unreadable(path, `Line ${error.line}: ${error.message}`, error);
  }
}

function unreadable(path: string, detail: string, cause?: unknown) {
  return localFailure('spawner', { title: `${path} holds no settings of Docker Spawner`, detail }, cause);
}
