/** Records of a pax extended header (POSIX.1-2001): `25 path=…\n`, where the number is the record's own length in bytes. */
export type ExtendedRecords = Readonly<Record<string, string>>;

export function parseRecords(bytes: Buffer): ExtendedRecords {
  const records: Record<string, string> = {};
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString('latin1', at, Math.max(at, space)));
    if (space < 0 || !Number.isInteger(length) || length < 5)
      throw new Error('The archive is damaged: an extended header cannot be read.');
    const record = bytes.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    records[record.slice(0, equals)] = record.slice(equals + 1);
    at += length;
  }
  return records;
}

export function renderRecords(records: ExtendedRecords): Buffer {
  return Buffer.concat(Object.entries(records).map(([name, value]) => renderRecord(` ${name}=${value}\n`)));
}

/** The length counts its own digits. */
function renderRecord(rest: string): Buffer {
  const bytes = Buffer.byteLength(rest);
  const guess = bytes + String(bytes).length;
  const length = bytes + String(guess).length;
  return Buffer.from(`${length}${rest}`);
}
