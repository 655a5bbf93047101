import { FieldList } from '../wire/field-list.ts';

/** Trailers of HTTP/2 (name, value, name, value …) as any others; undefined when there are none or they are malformed. */
export function readTrailers(raw: readonly string[]): FieldList | undefined {
  const text = renderFieldLines(raw);
  if (text === '' || text === undefined) return undefined;
  const bytes = Buffer.from(`${text}\r\n`, 'latin1');
  const list = new FieldList();
  return list.parse(bytes, 0, bytes.length) === bytes.length ? list : undefined;
}

/** Lines of HTTP/1; undefined when one of them could be understood as two. */
export function renderFieldLines(raw: readonly string[]): string | undefined {
  let text = '';
  for (let at = 0; at < raw.length; at += 2) {
    const line = `${raw[at]}: ${raw[at + 1]}`;
    if (/[\r\n\0]/.test(line)) return undefined;
    text += `${line}\r\n`;
  }
  return text;
}
