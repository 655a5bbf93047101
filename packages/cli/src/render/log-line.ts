import type { LogLine } from '@berth/spec/stats';
import type { Paint } from '../output/paint.ts';
import { shortId } from './instance.ts';

/** How lines are shown: whose they are when several write, and whether a terminal would obey what is in them. */
export interface LogStyle {
  readonly paint: Paint;
  readonly hasNames: boolean;
  readonly isTerminal: boolean;
}

const tones = ['link', 'good', 'warn', 'strong'] as const;

/** One line of a log: `4f2a91c07d3e | 2026-11-20T12:00:00.000000000Z the text`. */
export function renderLogLine({ instance, at, line }: LogLine, { paint, hasNames, isTerminal }: LogStyle): string {
  const name = hasNames ? `${paint(toneOf(instance), shortId(instance))} ${paint('dim', '|')} ` : '';
  const time = at === null ? '' : `${paint('dim', at)} `;
  return `${name}${time}${isTerminal ? tame(line) : line}`;
}

/** Always the same for one instance, so that eyes can follow it. */
function toneOf(instance: string): (typeof tones)[number] {
  const sum = Buffer.from(instance).reduce((total, byte) => total + byte, 0);
  return tones[sum % tones.length] ?? 'link';
}

/**
 * What containers write is not trusted with a terminal: colours stay, every other control sequence goes, above all those that
 * move the cursor, write to the clipboard or make the terminal answer.
 */
export function tame(line: string): string {
  const tamed = line
    .replaceAll(/\u001b\[(?![0-9;:]*m)[0-?]*[ -/]*[@-~]/g, '')
    .replaceAll(/\u001b[\]PX^_][^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?/g, '')
    .replaceAll(/\u001b(?!\[[0-9;:]*m)/g, '')
    .replaceAll(/[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]/g, '');
  return tamed.includes('\u001b') ? `${tamed}\u001b[0m` : tamed;
}
