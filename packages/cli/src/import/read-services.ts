import { localFailure } from '../failure.ts';
import { parsePythonFile, type PythonValue } from '../parse/python-literal.ts';
import { PythonError } from '../parse/python-token.ts';

/** A service as a Genisys connector takes it. */
export interface ServiceDefinition {
  readonly name: string;
  readonly image: string;
  readonly [field: string]: PythonValue;
}

/** What a services file holds, and what of it could not be taken. */
export interface ServicesFile {
  readonly services: readonly ServiceDefinition[];
  readonly skipped: readonly string[];
}

/** Reads the definitions of a `services.py`, or of JSON by name, as data: nothing is run. Throws a failure for what is neither. */
export function readServices(path: string, source: string): ServicesFile {
  return path.endsWith('.json') ? fromEntries(readJson(path, source), []) : fromPython(path, source);
}

function fromPython(path: string, source: string): ServicesFile {
  try {
    const { values, skipped } = parsePythonFile(source);
    return fromEntries(
      [...values],
      skipped.map(({ line, why }) => `line ${line}: ${why}`),
    );
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    throw unreadable(path, `Line ${error.line}: ${error.message}`, error);
  }
}

function readJson(path: string, source: string): [string, PythonValue][] {
  try {
    const content = JSON.parse(source) as PythonValue;
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return Object.entries(content);
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error), error);
  }
  throw unreadable(path, 'It must hold definitions by name.');
}

/** What is no definition is a variable of the program that made them. */
function fromEntries(entries: readonly (readonly [string, PythonValue])[], skipped: readonly string[]): ServicesFile {
  const definitions = entries.map(([variable, value]) => ({ variable, definition: definitionOf(variable, value) }));
  const others = definitions.filter(({ definition }) => definition === undefined);
  return {
    services: definitions.flatMap(({ definition }) => definition ?? []),
    skipped: [...skipped, ...others.map(({ variable }) => `${variable} is no definition with an image`)],
  };
}

function definitionOf(variable: string, value: PythonValue): ServiceDefinition | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { name = variable, image, ...more } = value as Readonly<Record<string, PythonValue>>;
  if (typeof name !== 'string' || typeof image !== 'string') return undefined;
  return { ...more, name, image };
}

function unreadable(path: string, detail: string, cause?: unknown) {
  return localFailure('services', { title: `${path} holds no services`, detail }, cause);
}
