/** What takes two columns of a terminal: East Asian wide and full-width characters. */
const wide =
  /[\u1100-\u115F\u2329\u232A\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6B\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18CFF}\u{1AFF0}-\u{1B2FF}\u{20000}-\u{3FFFD}]/u;
/** Those have two as well, but for the letters of which flags are made. */
const emoji = /(?![\u{1F1E6}-\u{1F1FF}])\p{Emoji_Presentation}/u;

/** How much the CLI shows of a command. */
export const commandColumns = 20;

/** At most so many columns wide, the last of them a `…` where something is left out. */
export function shorten(text: string, columns: number): string {
  const characters = Array.from(text);
  const widths = characters.map(columnsOf);
  if (widths.reduce((sum, width) => sum + width, 0) <= columns) return text;
  let used = 0;
  const first = widths.findIndex((width) => (used += width) > columns - 1);
  return `${characters.slice(0, first).join('')}…`;
}

function columnsOf(character: string): number {
  return wide.test(character) || emoji.test(character) ? 2 : 1;
}

/** The first twelve digits of an id, without the name of its algorithm. */
export function shortenId(id: string): string {
  return id.slice(id.indexOf(':') + 1).slice(0, 12);
}
