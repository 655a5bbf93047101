import type { Command, Option } from 'commander';
import { type AnyCommand, isGroup } from './command.ts';
import { sections } from './command-table.ts';
import { plainPaint } from './output/paint.ts';
import { createProgram } from './program/create-program.ts';
import { globalOptions } from './program/global-option.ts';

const introduction = `# The command line

\`berth COMMAND --help\` says the same in a terminal. Results go to standard output, progress and hints to standard error.
With \`--json\` standard output is one JSON document, or one per line for streams; on failure the last one is the problem.

| exit code | meaning |
|---|---|
| 0 | It is done. |
| 1 | It failed, or one of several did; standard error says why. |
| 2 | The words were not understood. |
| 130 | Ctrl-C; what was accepted goes on. |
| another | \`exec\`: the exit code of the command. |

The daemon is the one of \`--url\`, else of \`BERTH_URL\`, else of \`berth login\`, else \`http://127.0.0.1:7070\`. The token is that of \`--token\`,
else of \`BERTH_TOKEN\`, else of \`berth login\` to that very daemon, else, for a daemon on this machine, what is in \`admin.token\` in
\`$BERTH_DATA\`, \`./.berth\`, \`./berth-data\` or \`/var/lib/berth\`.`;

/** The reference page of the command line, in Markdown, from the commands' own definitions. */
export function renderCliReference(): string {
  const program = createProgram({
    sections,
    words: [],
    run: () => Promise.resolve(),
    write: () => {},
    width: 100,
    paint: plainPaint,
    version: '',
  });
  const chapters = Object.entries(sections).map(([section, table]) => {
    const entries = Object.entries(table).flatMap(([name, entry]) => {
      const parent = findCommand(program, name);
      if (!isGroup(entry)) return [renderCommand(parent, `berth ${name}`, entry)];
      return Object.entries(entry.commands).map(([child, command]) =>
        renderCommand(findCommand(parent, child), `berth ${name} ${child}`, command),
      );
    });
    return `## ${section}\n\n${entries.join('\n\n')}`;
  });
  return `${[introduction, renderGlobals(program), ...chapters].join('\n\n')}\n`;
}

function findCommand(parent: Command, name: string): Command {
  const found = parent.commands.find((command) => command.name() === name);
  if (found === undefined) throw new Error(`The parser has no command ${name}.`);
  return found;
}

function renderGlobals(program: Command): string {
  const flags = new Set(Object.values(globalOptions).map((option) => option.flags));
  const options = program.options.filter((option) => flags.has(option.flags));
  return `Every command takes:\n\n${renderOptions(options)}`;
}

function renderCommand(command: Command, words: string, definition: AnyCommand): string {
  const globals = new Set(Object.values(globalOptions).map(({ flags }) => flags));
  const own = command.options.filter(({ flags }) => !globals.has(flags));
  const { examples } = definition;
  const aliases = (definition.aliases ?? []).map((alias) => `\`${alias}\``).join(', ');
  return [
    `### ${words}`,
    command.description().replaceAll('<', '&lt;'),
    ...(aliases === '' ? [] : [`Also called ${aliases}.`]),
    `\`\`\`\n${words} ${command.usage()}\n\`\`\``,
    ...(own.length === 0 ? [] : [renderOptions(own)]),
    `\`\`\`console\n${examples.map(([line, meaning]) => `${line}   # ${meaning}`).join('\n')}\n\`\`\``,
  ].join('\n\n');
}

function renderOptions(options: readonly Option[]): string {
  const rows = options.map(
    ({ flags, description }) => `| \`${escapeCell(flags)}\` | ${escapeCell(description.replaceAll('<', '&lt;'))} |`,
  );
  return ['| option | meaning |', '|---|---|', ...rows].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`);
}
