import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  listRecords,
  readHead,
  recordClass,
  recordType,
  renderDnsName,
  renderNumbers,
  skipName,
} from './dns-message.ts';

/** A key that the server shares. */
export interface TsigKey {
  readonly name: string;
  readonly algorithm: TsigAlgorithm;
  readonly secret: Buffer;
}

type TsigAlgorithm = 'hmac-sha256' | 'hmac-sha384' | 'hmac-sha512';

const hashes = { 'hmac-sha256': 'sha256', 'hmac-sha384': 'sha384', 'hmac-sha512': 'sha512' } as const;
/** Seconds that the clocks of both may differ (RFC 8945, 10). */
const fudge = 300;

export interface SignedMessage {
  readonly message: Buffer;
  readonly mac: Buffer;
}

/** Adds the signature as the last record (RFC 8945, 4.3.3). */
export function signMessage(message: Buffer, key: TsigKey, nowSeconds: number): SignedMessage {
  const variables = renderVariables(key, { nowSeconds, error: 0, other: Buffer.alloc(0) });
  const mac = createHmac(hashes[key.algorithm], key.secret).update(message).update(variables).digest();
  const data = Buffer.concat([
    renderDnsName(key.algorithm),
    renderTime(nowSeconds),
    renderNumbers(fudge, mac.length),
    mac,
    renderNumbers(message.readUInt16BE(0), 0, 0),
  ]);
  const record = Buffer.concat([
    renderDnsName(key.name),
    renderNumbers(recordType.tsig, recordClass.any, 0, 0, data.length),
    data,
  ]);
  const signed = Buffer.concat([message, record]);
  signed.writeUInt16BE(message.readUInt16BE(10) + 1, 10);
  return { message: signed, mac };
}

/** What the signature of an answer says: its error code; undefined where it is missing or not the server's. */
export function verifyAnswer(answer: Buffer, key: TsigKey, requestMac: Buffer): number | undefined {
  const last = listRecords(answer).at(-1);
  if (last?.type !== recordType.tsig) return undefined;
  const fields = readFields(last.data);
  // A server that does not know the key, or whose check failed, cannot sign; its word is all there is (RFC 8945, 5.3.2).
  if (fields.mac.length === 0 && fields.error !== 0) return fields.error;
  const unsigned = Buffer.from(answer.subarray(0, last.start));
  unsigned.writeUInt16BE(fields.originalId, 0);
  unsigned.writeUInt16BE((readHead(answer)?.counts.additionals ?? 1) - 1, 10);
  const expected = createHmac(hashes[key.algorithm], key.secret)
    .update(renderNumbers(requestMac.length))
    .update(requestMac)
    .update(unsigned)
    .update(
      renderVariables(key, { nowSeconds: fields.seconds, error: fields.error, other: fields.other }, fields.fudge),
    )
    .digest();
  return expected.length === fields.mac.length && timingSafeEqual(expected, fields.mac) ? fields.error : undefined;
}

interface Variables {
  readonly nowSeconds: number;
  readonly error: number;
  readonly other: Buffer;
}

/** What is signed beside the message (RFC 8945, 4.3.3). */
function renderVariables(key: TsigKey, { nowSeconds, error, other }: Variables, allowed = fudge): Buffer {
  return Buffer.concat([
    renderDnsName(key.name),
    renderNumbers(recordClass.any, 0, 0),
    renderDnsName(key.algorithm),
    renderTime(nowSeconds),
    renderNumbers(allowed, error, other.length),
    other,
  ]);
}

function readFields(data: Buffer) {
  const at = skipName(data, 0);
  const macLength = data.readUInt16BE(at + 8);
  const rest = at + 10 + macLength;
  return {
    seconds: data.readUIntBE(at, 6),
    fudge: data.readUInt16BE(at + 6),
    mac: data.subarray(at + 10, rest),
    originalId: data.readUInt16BE(rest),
    error: data.readUInt16BE(rest + 2),
    other: data.subarray(rest + 6, rest + 6 + data.readUInt16BE(rest + 4)),
  };
}

function renderTime(seconds: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(seconds, 0, 6);
  return bytes;
}
