import type { IncomingHttpHeaders } from 'node:http';
import { Problem, type ProblemCode } from '@berth/spec/problem';
import type { HttpsAnswer } from './https-call.ts';
import { asObject, type JsonObject, listOf, parseObject, textOf } from './json-field.ts';

const namespace = 'urn:ietf:params:acme:error:';
const longestDetail = 400;
const defaultHoldMs = 3_600_000;

interface Meaning {
  readonly code: ProblemCode;
  /** What to do next. */
  readonly advice: string;
}

const tryAgain = 'Berth tries again by itself.';
const checkHost = 'Let the domain lead to this machine, and see that its firewall lets the authority in.';

/** By the error's type (RFC 8555, 6.7). */
const meanings: Readonly<Record<string, Meaning>> = {
  accountDoesNotExist: { code: 'authority-refused', advice: 'Berth opens a new account by itself.' },
  badCSR: { code: 'authority-refused', advice: 'Ask for fewer or other hosts.' },
  caa: { code: 'domain-unproven', advice: 'Allow this authority in the domain’s CAA record, or remove the record.' },
  connection: { code: 'domain-unproven', advice: checkHost },
  dns: { code: 'domain-unproven', advice: 'Correct the domain’s records in DNS.' },
  externalAccountRequired: {
    code: 'authority-refused',
    advice: 'Set edge.acme.eabKeyId and edge.acme.eabHmacKey to what the authority gave you.',
  },
  incorrectResponse: { code: 'domain-unproven', advice: checkHost },
  invalidContact: { code: 'authority-refused', advice: 'Set edge.acme.email to an address the authority takes.' },
  orderNotReady: { code: 'authority-unreachable', advice: tryAgain },
  rateLimited: { code: 'authority-limited', advice: tryAgain },
  rejectedIdentifier: { code: 'authority-refused', advice: 'Use another domain, or another authority.' },
  serverInternal: { code: 'authority-unreachable', advice: tryAgain },
  tls: { code: 'domain-unproven', advice: checkHost },
  unauthorized: { code: 'domain-unproven', advice: checkHost },
  unsupportedContact: { code: 'authority-refused', advice: 'Set edge.acme.email to an address the authority takes.' },
  unsupportedIdentifier: { code: 'authority-refused', advice: 'Use another domain, or another authority.' },
  userActionRequired: { code: 'authority-refused', advice: 'Read and accept the authority’s terms at its site.' },
};

/** Where the account itself is what is not allowed. */
const unauthorizedAccount: Meaning = {
  code: 'authority-refused',
  advice: 'Check that edge.acme.eabKeyId and edge.acme.eabHmacKey, if it wants them, are what it gave you.',
};
const silent: Meaning = { code: 'authority-unreachable', advice: tryAgain };
const otherwise: Meaning = { code: 'authority-refused', advice: tryAgain };

/** The kind of an ACME error: `badNonce`; empty for none. */
export function errorKind(document: JsonObject): string {
  const type = textOf(document, 'type');
  return type.startsWith(namespace) ? type.slice(namespace.length) : '';
}

const kinds = new WeakMap<Error, string>();

/** True for a refusal of one of these kinds of ACME errors. */
export function isRefusal(error: unknown, ...wanted: readonly string[]): boolean {
  return error instanceof Problem && wanted.includes(kinds.get(error) ?? '');
}

/** What an answer that is no success means. Of one that puts off, `retryAfterMs` says for how long, `isBusy` that it is so for everything. */
export function refusalOf({ status, headers, text }: HttpsAnswer, nowMs: number): Problem {
  const document = parseObject(text);
  const isLimited = errorKind(document) === 'rateLimited';
  const isBusy = !isLimited && (status === 429 || status === 503);
  if (errorKind(document) === 'unauthorized') return problemBy(unauthorizedAccount, document, status);
  if (!isBusy && !isLimited) return problemOf(document, status);
  const retryAfterMs = retryAfter(headers, nowMs) ?? defaultHoldMs;
  return new Problem('authority-limited', describe(document, status, tryAgain), { facts: { retryAfterMs, isBusy } });
}

/** What an error document means, also one inside a challenge or an order. */
export function problemOf(document: JsonObject, status: number): Problem {
  return problemBy(meanings[errorKind(document)] ?? (status >= 500 ? silent : otherwise), document, status);
}

/** Milliseconds that `Retry-After` asks to wait, in seconds or as a date (RFC 9110, 10.2.3). */
export function retryAfter(headers: IncomingHttpHeaders, nowMs: number): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

function problemBy({ code, advice }: Meaning, document: JsonObject, status: number): Problem {
  const problem = new Problem(code, describe(document, status, advice));
  kinds.set(problem, errorKind(document));
  return problem;
}

function describe(document: JsonObject, status: number, advice: string): string {
  const parts = [document, ...listOf(document, 'subproblems').map(asObject)].map((part) =>
    clean(textOf(part, 'detail')),
  );
  const said = parts.filter((part) => part !== '').join('; ');
  const what = said === '' ? `an answer of status ${status}` : `“${said.slice(0, longestDetail)}”`;
  return `The certificate authority said: ${what}. ${advice}`;
}

/** Its words are a stranger's: no line breaks, nothing that a terminal would obey. */
function clean(text: string): string {
  return text.replaceAll(/\p{C}+/gu, ' ').trim();
}
