import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineCommand } from '../command.ts';
import { localFailure } from '../failure.ts';
import { text } from '../option.ts';
import type { Session } from '../session.ts';

const places = ['../../../daemon/src/main.ts', '../../../daemon/dist/main.js'];
const passedOn = ['SIGTERM', 'SIGHUP', 'SIGUSR2'] as const;

/** Starts the daemon in the foreground and ends with it. */
export const serveCommand = defineCommand({
  summary: 'Start the Berth daemon on this machine',
  description:
    'Every setting of the file can also be given as a variable BERTH_…. Ctrl-C ends Berth, not the apps; SIGTERM leaves the edge serving too.',
  options: {
    config: text('--config <file>', 'The settings file.'),
    data: text('--data <folder>', 'Where the store and the first token are kept (default: ./berth-data).'),
  },
  examples: [
    ['berth serve', 'API on 127.0.0.1:7070, apps on port 8080'],
    ['berth serve --config berth.json --data /var/lib/berth', 'As a service does'],
  ],
  run: ({ options: { config, data }, session }) => {
    const options = [
      ...(config === undefined ? [] : ['--config', config]),
      ...(data === undefined ? [] : ['--data', data]),
    ];
    return serve(session, [findDaemonMain(), 'serve', ...options]);
  },
});

function findDaemonMain(): string {
  const found = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const nextSteps = [
    'Run `berth serve` from the Berth package or its container image; this is the command line alone.',
  ];
  throw localFailure('no-daemon', { title: 'The daemon is not installed here', nextSteps });
}

/** The daemon is a child on the same terminal: it hears Ctrl-C itself, other signals are passed on. */
async function serve({ world, signal }: Session, words: readonly string[]): Promise<number> {
  const child = spawn(world.node, [...words], { stdio: 'inherit' });
  const isAttended = [world.input, world.output, world.errorOutput].some((stream) => stream.isTTY === true);
  const onInterrupt = (): void => {
    if (!isAttended) child.kill('SIGINT');
  };
  signal.addEventListener('abort', onInterrupt);
  for (const name of passedOn) process.on(name, () => child.kill(name));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', (error) =>
    reject(localFailure('serve', { title: 'The daemon could not be started', detail: error.message }, error)),
  );
  child.on('exit', (code, ended) => resolve(code ?? 128 + (ended === null ? 0 : constants.signals[ended])));
  return promise;
}
