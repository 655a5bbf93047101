import { buffer } from 'node:stream/consumers';
import type { MemoryProcess, MemoryProgram } from './program.ts';

/** The program that a command names; undefined when there is none. They are what the contract of engines needs, not a shell. */
export function findProgram([name = '']: readonly string[]): MemoryProgram | undefined {
  return Object.hasOwn(programs, name) ? programs[name] : undefined;
}

const programs: Readonly<Record<string, MemoryProgram>> = {
  true: async () => 0,
  false: async () => 1,
  async echo({ command, write }) {
    write('stdout', `${command.slice(1).join(' ')}\n`);
    return 0;
  },
  async sleep({ command: [, seconds], sleep }) {
    await sleep(Number(seconds) * 1000);
    return 0;
  },
  async cat(process) {
    const paths = process.command.slice(1);
    return paths.length === 0 ? copyInput(process) : printFiles(process, paths);
  },
  sh: async (process) => runScript(process, process.command[2] ?? (await buffer(process.stdin)).toString()),
};

async function copyInput({ stdin, write }: MemoryProcess): Promise<number> {
  for await (const data of stdin) write('stdout', data);
  return 0;
}

function printFiles({ readFile, write }: MemoryProcess, paths: readonly string[]): number {
  let exitCode = 0;
  for (const path of paths) {
    const content = readFile(path);
    if (content === undefined) write('stderr', `cat: can't open '${path}': No such file or directory\n`);
    else write('stdout', content);
    exitCode = content === undefined ? 1 : exitCode;
  }
  return exitCode;
}

/** Statements one after the other, variables, `exit` and `>&2`: no pipes, loops or conditions. */
async function runScript(shell: MemoryProcess, script: string): Promise<number> {
  const { env, workingDirectory } = shell;
  let exitCode = 0;
  for (const statement of script
    .split(/[;\n]/)
    .map((text) => text.trim())
    .filter(Boolean)) {
    const words = splitWords(statement, { ...env, PWD: workingDirectory });
    if (words[0] === 'exit') return Number(words[1] ?? exitCode);
    exitCode = await runStatement(shell, words);
  }
  return exitCode;
}

async function runStatement(shell: MemoryProcess, words: readonly string[]): Promise<number> {
  const isError = words.at(-1) === '>&2';
  const command = isError ? words.slice(0, -1) : words;
  const program = findProgram(command);
  if (program === undefined) {
    shell.write('stderr', `sh: ${command[0]}: not found\n`);
    return 127;
  }
  const write: MemoryProcess['write'] = (stream, text) => shell.write(isError ? 'stderr' : stream, text);
  return program({ ...shell, command, write });
}

function splitWords(statement: string, variables: Readonly<Record<string, string>>): string[] {
  const words = statement.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words.map((word) => {
    if (word.startsWith("'")) return word.slice(1, -1);
    const plain = word.startsWith('"') ? word.slice(1, -1) : word;
    return plain.replace(/\$(\w+)/g, (_, name: string) => variables[name] ?? '');
  });
}
