import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isProblem } from '@berth/spec/problem';
import { parse } from 'yaml';
import type { DialectLog } from '../../dialect-kit/dialect.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Definition, parseDefinition } from './definition.ts';
import type { Services } from './services.ts';

const firstGapMs = 250;
const mostGapMs = 60_000;

/**
 * Reads definitions by name from YAML or JSON, as data. A file that is not there has none, as with the original; nor has a Python
 * program, of which the log says what to do. Throws for what is not a list of definitions.
 */
export function readServiceFile(file: string, log: DialectLog): Definition[] {
  if (file.endsWith('.py')) {
    log(
      'warn',
      `${file} is a program and is not run: bring its services over once, with \`berth import genisys ${file}\``,
    );
    return [];
  }
  const text = readIfThere(file);
  if (text === undefined) {
    log('warn', `there is no service file ${file}`);
    return [];
  }
  try {
    return readDefinitions(parse(text, { logLevel: 'error' }));
  } catch (error) {
    throw new Error(
      `The service file ${file} is not valid: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** By name, or a list of those that have one. */
function readDefinitions(content: unknown): Definition[] {
  if (content === null || content === undefined) return [];
  if (typeof content !== 'object') throw new Error('it must hold definitions by name');
  return Object.entries(content).map(([key, fields]: [string, unknown]) => {
    if (typeof fields !== 'object' || fields === null) throw new Error(`${key} is no definition`);
    const { name = Array.isArray(content) ? undefined : key } = fields as { readonly name?: unknown };
    if (typeof name !== 'string') throw new Error(`${key} has no name`);
    try {
      return parseDefinition(name, fields as Readonly<Record<string, unknown>>);
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  });
}

/** Brings the services of a file into being; what has been changed since over HTTP stays, until the file says something else. */
export class ServiceFile {
  readonly #services: Services;
  readonly #clock: Clock;
  readonly #log: DialectLog;
  #stopped = false;
  #wake: () => void = () => {};

  constructor(services: Services, { clock, log }: { readonly clock: Clock; readonly log: DialectLog }) {
    this.#services = services;
    this.#clock = clock;
    this.#log = log;
  }

  /** Resolves when each is there or refused for good. What may go better later, as with an engine that is away, is tried again. */
  async apply(definitions: readonly Definition[]): Promise<void> {
    await Promise.all(definitions.map((definition) => this.#applyOne(definition)));
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  async #applyOne(definition: Definition): Promise<void> {
    const mark = createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 32);
    for (let gapMs = firstGapMs; !this.#stopped; gapMs = Math.min(gapMs * 2, mostGapMs)) {
      if (this.#services.fileMark(definition.name) === mark) return;
      try {
        return await this.#services.define(definition, mark);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (!isProblem(error) || !error.retryable)
          return this.#log('error', `the service ${definition.name} of the service file is refused: ${reason}`);
        this.#log('info', `the service ${definition.name} of the service file has to wait: ${reason}`);
      }
      await this.#sleep(gapMs);
    }
  }

  #sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#wake;
    const cancel = this.#clock.after(ms, resolve);
    this.#wake = () => {
      cancel();
      resolve();
      before();
    };
    return promise;
  }
}
