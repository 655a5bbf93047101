import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { readSpawner } from '../import/read-spawner.ts';
import { one } from '../operand.ts';
import { text } from '../option.ts';
import { readTextFile } from '../read-text-file.ts';

/** Makes settings of Berth of those of Docker Spawner. */
export const importSpawnerCommand = defineCommand({
  summary: 'Make settings of Docker Spawner’s settings.py',
  description:
    'Reads the file as data, literals that are assigned; nothing in it is run. Prints what goes into the settings file of Berth, and tells what it left out.',
  operands: { file: one('Its settings.py; - for standard input.') },
  options: { listen: text('--listen <address>', 'Where to serve the API (default: 127.0.0.1:5000).') },
  examples: [['berth import spawner app/settings.py > berth.json', 'Then `berth serve --config berth.json`']],
  async run({ operands: { file }, options: { listen = '127.0.0.1:5000' }, session }) {
    const { settings, skipped } = readSpawner(file, await readTextFile(file, session.world));
    for (const what of skipped) session.output.note(`left out: ${what}`);
    const document = { dialects: { spawner: { listen, ...settings } } };
    session.output.print(document, () => JSON.stringify(document, null, 2));
    return exitCode.ok;
  },
});
