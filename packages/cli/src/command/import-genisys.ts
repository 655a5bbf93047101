import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { localFailure } from '../failure.ts';
import { readServices, type ServiceDefinition } from '../import/read-services.ts';
import { one } from '../operand.ts';
import { flag, text } from '../option.ts';
import { readTextFile } from '../read-text-file.ts';
import type { Session } from '../session.ts';

const usualPlace = 'http://127.0.0.1:7051';

/** Defines the services of a `services.py` through the API of the running dialect, which knows what they mean. */
export const importGenisysCommand = defineCommand({
  summary: 'Define the services of a Genisys connector',
  description:
    'Reads services.py as data, literals that are assigned; nothing in it is run. JSON with definitions by name is read as well. They are defined through the dialect genisys of a running Berth, which has to be on; services of the same names are changed.',
  operands: { file: one('A services.py or services.json; - for services.py on standard input.') },
  options: {
    at: text('--at <url>', `Where the dialect is served (default: ${usualPlace}).`),
    dryRun: flag('--dry-run', 'Show what would be defined, and define nothing.'),
  },
  examples: [
    ['berth import genisys services.py', 'Defines all of them'],
    ['berth import genisys services.py --dry-run --json > services.json', 'As data, for dialects.genisys.serviceFile'],
  ],
  async run({ operands: { file }, options: { at = usualPlace, dryRun }, session }) {
    const { services, skipped } = readServices(file, await readTextFile(file, session.world));
    for (const what of skipped) session.output.note(`left out: ${what}`);
    if (dryRun) {
      const byName = Object.fromEntries(services.map((service) => [service.name, service]));
      session.output.print(byName, () => services.map(({ name, image }) => `${name}  ${image}`).join('\n'));
      return exitCode.ok;
    }
    const results: Result[] = [];
    for (const service of services) results.push(await define(session, at, service));
    if (session.output.isJson) session.output.print({ results }, () => '');
    return results.every(({ problem }) => problem === null) ? exitCode.ok : exitCode.failed;
  },
});

interface Result {
  readonly name: string;
  /** Null when it was defined. */
  readonly problem: unknown;
}

async function define({ world, output, signal }: Session, at: string, service: ServiceDefinition): Promise<Result> {
  const { name } = service;
  const answer = await world
    .fetch(new URL('service', at.endsWith('/') ? at : `${at}/`), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(service),
      signal,
    })
    .catch((error: unknown) => Promise.reject(unreachable(at, error)));
  if (answer.ok) {
    if (!output.isJson) output.write(`${output.paint('good', '✔')} ${output.paint('strong', name)}  defined`);
    return { name, problem: null };
  }
  const problem = await problemOf(answer);
  output.note(`${name}  ${problem.detail}`);
  return { name, problem };
}

async function problemOf(answer: Response): Promise<{ readonly detail: string }> {
  const body = (await answer.json().catch(() => undefined)) as { readonly detail?: unknown } | undefined;
  return typeof body?.detail === 'string' ? { ...body, detail: body.detail } : { detail: `HTTP ${answer.status}` };
}

function unreachable(at: string, cause: unknown) {
  const nextSteps = ['Turn it on with the setting dialects.genisys, or give its place with --at.'];
  return localFailure('unreachable', { title: `The dialect genisys does not answer at ${at}`, nextSteps }, cause);
}
