import type { TerminalSize } from '@berth/spec/terminal';
import type { Surroundings } from '../surroundings.ts';

/** True when a command can be given this terminal: both to type in and to see. */
export function hasTerminal({ input, output }: Surroundings): boolean {
  return input.isTTY === true && output.isTTY === true && input.setRawMode !== undefined;
}

export function terminalSize({ output }: Surroundings): TerminalSize {
  return { columns: within(output.columns ?? 80), rows: within(output.rows ?? 24) };
}

/** Hands every key to the command, Ctrl-C too, until the result is called. */
export function enterRawMode({ input }: Surroundings): () => void {
  input.setRawMode?.(true);
  return () => {
    input.setRawMode?.(false);
  };
}

/** Calls back at each change of the size, until the result is called. */
export function watchSize(world: Surroundings, listener: (size: TerminalSize) => void): () => void {
  const onResize = (): void => listener(terminalSize(world));
  world.output.on('resize', onResize);
  return () => world.output.off('resize', onResize);
}

function within(size: number): number {
  return Math.min(1000, Math.max(1, size));
}
