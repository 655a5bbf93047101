import { stripVTControlCharacters } from 'node:util';

const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const segmenter = new Intl.Segmenter();

/** Columns that a text takes in a terminal; colours take none. */
export function textWidth(text: string): number {
  const bare = stripVTControlCharacters(text);
  if (/^[\u0020-\u007e]*$/.test(bare)) return bare.length;
  return Array.from(segmenter.segment(bare)).reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0);
}

/** Fills a text up with spaces. */
export function padText(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return side === 'left' ? text + space : space + text;
}

/** Cuts a text to so many columns, with `…` where something is missing; its colours still end. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return '';
  let left = width - 1;
  let cut = '';
  for (const { piece, isCode } of pieces(text)) {
    const pieceWidth = isCode ? 0 : textWidth(piece);
    if (pieceWidth > left) left = 0;
    else if (isCode || left > 0) [cut, left] = [cut + piece, left - pieceWidth];
  }
  const codes = /(?:\u001b\[[0-9;]*m)*$/.exec(cut)?.[0] ?? '';
  return `${cut.slice(0, cut.length - codes.length)}…${codes}`;
}

/** What programs write may hold codes that move the cursor, change titles or worse: here they are shown as `·`. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '·');
}

interface Piece {
  readonly piece: string;
  readonly isCode: boolean;
}

function pieces(text: string): Piece[] {
  return text.split(/(\u001b\[[0-9;]*m)/).flatMap((part, at): Piece | Piece[] => {
    if (at % 2 === 1) return { piece: part, isCode: true };
    return Array.from(segmenter.segment(part), ({ segment }) => ({ piece: segment, isCode: false }));
  });
}
