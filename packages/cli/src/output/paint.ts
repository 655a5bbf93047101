import { styleText } from 'node:util';
import type { OutputStream } from '../surroundings.ts';

type Tone = 'good' | 'warn' | 'bad' | 'dim' | 'strong' | 'link';

/** Colours a text, or leaves it as it is where nobody would see them. */
export type Paint = (tone: Tone, text: string) => string;

const styles = {
  good: 'green',
  warn: 'yellow',
  bad: 'red',
  dim: 'dim',
  strong: 'bold',
  link: 'cyan',
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>;

export const plainPaint: Paint = (_tone, text) => text;

/** Colours are for terminals, and for those only who have not said `NO_COLOR` (no-color.org). */
export function choosePaint(
  stream: Pick<OutputStream, 'isTTY'>,
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  const isUnwanted = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  if (stream.isTTY !== true || isUnwanted) return plainPaint;
  return (tone, text) => styleText(styles[tone], text, { validateStream: false });
}
