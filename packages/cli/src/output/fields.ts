import type { Paint } from './paint.ts';
import { padText, textWidth } from './text-width.ts';

/** `Name   value`, one per line; those without a value are left out. */
export function renderFields(fields: readonly (readonly [name: string, value: string | null])[], paint: Paint): string {
  const shown = fields.filter(([, value]) => value !== null && value !== '');
  const width = Math.max(0, ...shown.map(([name]) => textWidth(name)));
  return shown.map(([name, value]) => `${paint('dim', padText(name, width))}   ${value}`).join('\n');
}
