import { z } from 'zod';
import { ProblemDocument } from './problem-document.ts';

export const TerminalSize = z
  .strictObject({ columns: z.int().min(1).max(1000), rows: z.int().min(1).max(1000) })
  .meta({ id: 'TerminalSize' });

/** What a client says in text frames while a command runs. */
export const ExecControl = z
  .union([z.strictObject({ resize: TerminalSize }), z.strictObject({ closeStdin: z.literal(true) })])
  .meta({ id: 'ExecControl' });

/** The last text frame of the server: the command has ended, or cannot go on. */
export const ExecEnd = z
  .union([z.strictObject({ exit: z.int() }), z.strictObject({ problem: ProblemDocument })])
  .meta({ id: 'ExecEnd' });

/** First byte of each binary frame; the rest is the data. */
export const execChannel = { stdin: 0, stdout: 1, stderr: 2 } as const;

/** The subprotocol of a terminal; a browser offers it beside `bearer.<token>`, which is not answered. */
export const execProtocol = 'berth.exec';

export type TerminalSize = z.output<typeof TerminalSize>;
export type ExecControl = z.output<typeof ExecControl>;
export type ExecEnd = z.output<typeof ExecEnd>;
