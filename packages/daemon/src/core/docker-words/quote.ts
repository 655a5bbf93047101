const named: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};
const printable = /^[ \p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

/** In double quotes, with Go’s escapes: what cannot be seen is told by its code. */
export function quote(text: string): string {
  return `"${Array.from(text, escapeCharacter).join('')}"`;
}

function escapeCharacter(character: string): string {
  const escaped = named[character];
  if (escaped !== undefined) return escaped;
  if (printable.test(character)) return character;
  const code = character.isWellFormed() ? (character.codePointAt(0) ?? 0) : 0xfffd;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
