import type { Refusal } from '../refusal.ts';

/** Why reading stopped; below zero, because places in the bytes are not. `partial` is none: more bytes may mend it. */
export const fault = {
  partial: -1,
  line: -2,
  method: -3,
  unknownMethod: -4,
  version: -5,
  target: -6,
  path: -7,
  targetTooLong: -8,
  field: -9,
  tooManyFields: -10,
  headTooLarge: -11,
  host: -12,
  authority: -13,
  length: -14,
  coding: -15,
  expectation: -16,
} as const;

const refusals: Readonly<Record<number, Refusal>> = {
  [fault.line]: malformed('A line of the request is malformed, or does not end with CRLF.'),
  [fault.method]: { code: 'method-refused', detail: 'TRACE and CONNECT are not passed on to apps.' },
  [fault.unknownMethod]: malformed('The method of the request is not known.'),
  [fault.version]: { code: 'version-unknown', detail: 'HTTP/1.1 and HTTP/1.0 are understood here.' },
  [fault.target]: malformed('The target of the request is not a path.'),
  [fault.path]: malformed('The path of the request can be read in more than one way: resolve its dot segments.'),
  [fault.targetTooLong]: { code: 'target-too-long', detail: 'The address of the request is longer than 16 KiB.' },
  [fault.field]: malformed('A header of the request is malformed.'),
  [fault.tooManyFields]: { code: 'head-too-large', detail: 'The request has more than 128 headers.' },
  [fault.headTooLarge]: { code: 'head-too-large', detail: 'The headers of the request are longer than 32 KiB.' },
  [fault.host]: malformed('The request needs exactly one valid Host header.'),
  [fault.authority]: malformed('The request names two different hosts.'),
  [fault.length]: malformed('The length of the request is not clear.'),
  [fault.coding]: {
    code: 'transfer-coding-unknown',
    detail: 'The only transfer coding understood here is chunked.',
  },
  [fault.expectation]: { code: 'expectation-unknown', detail: 'The only expectation understood here is 100-continue.' },
};

/** What the visitor is told about a request. */
export function refusalOf(found: number): Refusal {
  return refusals[found] ?? malformed('The request could not be understood.');
}

function malformed(detail: string): Refusal {
  return { code: 'malformed-request', detail };
}
