import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineCommand } from '../command.ts';
import { localFailure } from '../failure.ts';
import { text } from '../option.ts';

/** From the sources, and from what was made one file of. */
const launchers = ['../../../daemon/bin/berth-daemon.js', '../../daemon/bin/berth-daemon.js'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** Becomes the daemon: signals and the exit code are its own, and nothing of this stays in memory. */
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
  run: async ({ options: { config, data }, session }) => {
    const options = [
      ...(config === undefined ? [] : ['--config', config]),
      ...(data === undefined ? [] : ['--data', data]),
    ];
    return become(session.world.node, [findLauncher(), 'serve', ...options]);
  },
});

function findLauncher(): string {
  const launcher = launchers.find((path) => existsSync(path));
  if (launcher !== undefined) return launcher;
  const nextSteps = [
    'Run `berth serve` from the Berth package or its container image; this is the command line alone.',
  ];
  throw localFailure('no-daemon', { title: 'The daemon is not installed here', nextSteps });
}

function become(node: string, words: readonly string[]): never {
  if (process.execve === undefined)
    throw localFailure('serve', { title: 'The daemon cannot be started on this system: it needs Linux' });
  return process.execve(node, [node, ...words]);
}
