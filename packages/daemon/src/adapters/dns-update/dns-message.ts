/** What messages of the DNS are made of (RFC 1035, RFC 2136); only what updates need. */

export const recordType = { soa: 6, txt: 16, tsig: 250 } as const;
export const recordClass = { internet: 1, none: 254, any: 255 } as const;

const queryOpcode = 0;
const updateOpcode = 5;

/** A name in wire form, in lower case, without compression. Throws a `RangeError` for what is no name. */
export function renderDnsName(name: string): Buffer {
  const labels = name
    .toLowerCase()
    .split('.')
    .filter((label) => label !== '');
  const parts = labels.map((label) => {
    const bytes = Buffer.from(label, 'ascii');
    if (bytes.length > 63) throw new RangeError(`The label ${label} is longer than 63 bytes.`);
    return Buffer.concat([Buffer.of(bytes.length), bytes]);
  });
  const whole = Buffer.concat([...parts, Buffer.of(0)]);
  if (whole.length > 255) throw new RangeError(`The name ${name} is longer than 255 bytes.`);
  return whole;
}

/** A question for the start of authority of a name. */
export function renderZoneQuery(id: number, name: string): Buffer {
  return Buffer.concat([
    renderHeader({ id, opcode: queryOpcode, counts: [1, 0, 0, 0] }),
    renderDnsName(name),
    renderNumbers(recordType.soa, recordClass.internet),
  ]);
}

/** One TXT record to be put into a zone, or taken out of it. */
export interface TextUpdate {
  readonly zone: string;
  readonly name: string;
  readonly value: string;
  /** Null: it is taken out. */
  readonly ttlSeconds: number | null;
}

/** An update of one value; the others of the name stay (RFC 2136, 2.5.1 and 2.5.4). */
export function renderUpdate(id: number, { zone, name, value, ttlSeconds }: TextUpdate): Buffer {
  const text = Buffer.from(value, 'ascii');
  if (text.length > 255) throw new RangeError('A text is longer than 255 bytes.');
  const data = Buffer.concat([Buffer.of(text.length), text]);
  const ttl = Buffer.alloc(4);
  ttl.writeUInt32BE(ttlSeconds ?? 0);
  return Buffer.concat([
    renderHeader({ id, opcode: updateOpcode, counts: [1, 0, 1, 0] }),
    renderDnsName(zone),
    renderNumbers(recordType.soa, recordClass.internet),
    renderDnsName(name),
    renderNumbers(recordType.txt, ttlSeconds === null ? recordClass.none : recordClass.internet),
    ttl,
    renderNumbers(data.length),
    data,
  ]);
}

/** Numbers of sixteen bits. */
export function renderNumbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

/** The head of an answer. */
export interface DnsAnswerHead {
  readonly id: number;
  readonly isAnswer: boolean;
  readonly isTruncated: boolean;
  /** RFC 1035, 4.1.1; RFC 2136, 2.2. */
  readonly code: number;
  readonly counts: {
    readonly questions: number;
    readonly answers: number;
    readonly authorities: number;
    readonly additionals: number;
  };
}

/** Undefined for what is too short to be one. */
export function readHead(message: Buffer): DnsAnswerHead | undefined {
  if (message.length < headerBytes) return undefined;
  const flags = message.readUInt16BE(2);
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at)) as [
    number,
    number,
    number,
    number,
  ];
  return {
    id: message.readUInt16BE(0),
    isAnswer: (flags & 0x8000) !== 0,
    isTruncated: (flags & 0x0200) !== 0,
    code: flags & 0x000f,
    counts: { questions, answers, authorities, additionals },
  };
}

/** One record of a message, and where it begins. */
export interface DnsRecord {
  readonly start: number;
  readonly type: number;
  readonly data: Buffer;
}

/** All records of a message, in order. Throws a `RangeError` where it is cut off. */
export function listRecords(message: Buffer): DnsRecord[] {
  const head = readHead(message);
  if (head === undefined) throw new RangeError('A message is cut off.');
  const { questions, answers, authorities, additionals } = head.counts;
  let at = headerBytes;
  for (let index = 0; index < questions; index += 1) at = skipName(message, at) + 4;
  const records: DnsRecord[] = [];
  for (let index = 0; index < answers + authorities + additionals; index += 1) {
    const start = at;
    const fixed = skipName(message, at);
    const length = message.readUInt16BE(fixed + 8);
    at = fixed + 10 + length;
    if (at > message.length) throw new RangeError('A record is cut off.');
    records.push({ start, type: message.readUInt16BE(fixed), data: message.subarray(fixed + 10, at) });
  }
  return records;
}

/** Where what follows a name begins; a pointer ends it (RFC 1035, 4.1.4). */
export function skipName(message: Buffer, start: number): number {
  for (let at = start; ; ) {
    const length = message.readUInt8(at);
    if (length >= 0xc0) return at + 2;
    at += 1 + length;
    if (length === 0) return at;
  }
}

const headerBytes = 12;

function renderHeader(given: {
  readonly id: number;
  readonly opcode: number;
  readonly counts: readonly [number, number, number, number];
}): Buffer {
  return renderNumbers(given.id, given.opcode << 11, ...given.counts);
}
