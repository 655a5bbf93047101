import { createPrivateKey } from 'node:crypto';
import { Problem } from '@berth/spec/problem';
import type { ChallengeKind } from '../../core/certificate.ts';
import type {
  AuthorityOrder,
  CertificateAuthority,
  Challenge,
  RenewalWindow,
} from '../../ports/certificate-authority.ts';
import { type AcmeOptions, AcmeSession } from './acme-session.ts';
import { listChallenges, readChallenge, whyUnproven } from './challenge.ts';
import { findCertificateIdentifier } from './der/certificate-identifier.ts';
import { createSigningRequest } from './der/signing-request.ts';
import { asObject, type JsonObject, listOf, textOf } from './json-field.ts';
import { pollUntil } from './poll.ts';
import { isRefusal, problemOf } from './refusal.ts';
import { findWindow } from './renewal-window.ts';

/** Any certificate authority that speaks ACME (RFC 8555, RFC 8737, RFC 9773). Asks nothing before the first call. */
export function createAcmeAuthority(options: AcmeOptions): CertificateAuthority {
  const session = new AcmeSession(options);
  return {
    openOrder: (request) => openOrder(session, request),
    findOrder: (url) => findOrder(session, url),
    listChallenges: (orderUrl, kind) => listOpenChallenges(session, orderUrl, kind),
    prove: (challenge, signal) => prove(session, challenge, signal),
    obtain: (orderUrl, keyPem, signal) => obtain(session, { orderUrl, keyPem, signal }),
    findRenewalWindow: (certificatePem): Promise<RenewalWindow | undefined> => findWindow(session, certificatePem),
    close: () => session.close(),
  };
}

type OrderRequest = Parameters<CertificateAuthority['openOrder']>[0];

async function openOrder(session: AcmeSession, { hosts, replaces }: OrderRequest): Promise<AuthorityOrder> {
  const url = (await session.findResource('newOrder')) ?? '';
  const identifiers = hosts.map((value) => ({ type: 'dns', value }));
  const replaced = await findReplaced(session, replaces);
  const payload = { identifiers, ...(replaced === undefined ? {} : { replaces: replaced }) };
  const { body, location } = await session.post(url, payload).catch((error: unknown) => {
    // The one to be replaced may be another authority's, or have been replaced: then this is an order like any other.
    if (replaced !== undefined && isRefusal(error, 'alreadyReplaced', 'malformed', 'conflict'))
      return session.post(url, { identifiers });
    throw error;
  });
  return readOrder(location, body);
}

async function findReplaced(session: AcmeSession, replaces: string | null): Promise<string | undefined> {
  const isKnown = replaces !== null && (await session.findResource('renewalInfo')) !== undefined;
  return isKnown ? findCertificateIdentifier(replaces) : undefined;
}

async function findOrder(session: AcmeSession, url: string): Promise<AuthorityOrder | undefined> {
  try {
    return readOrder(url, (await session.post(url, null)).body);
  } catch (error) {
    // Gone, or not this account's: whatever the reason, nothing can be gone on with.
    if (error instanceof Problem && !error.retryable) return undefined;
    throw error;
  }
}

const states = ['pending', 'ready', 'processing', 'valid', 'invalid'] as const;

function readOrder(url: string, body: JsonObject): AuthorityOrder {
  const state = states.find((one) => one === textOf(body, 'status')) ?? 'invalid';
  const error = asObject(body['error']);
  const reason = textOf(error, 'type') === '' ? null : problemOf(error, 403).message;
  return { url, state, reason };
}

async function listOpenChallenges(session: AcmeSession, orderUrl: string, kind: ChallengeKind): Promise<Challenge[]> {
  const [{ body: order }, thumbprint] = [await session.post(orderUrl, null), await session.thumbprint()];
  const challenges: Challenge[] = [];
  for (const authorizationUrl of listOf(order, 'authorizations').map(String)) {
    const { body: authorization } = await session.post(authorizationUrl, null);
    const status = textOf(authorization, 'status');
    if (status === 'valid') continue;
    if (status !== 'pending') throw whyUnproven(authorization);
    challenges.push(readChallenge(authorization, { kind, authorizationUrl, thumbprint, nowMs: session.clock.now() }));
  }
  return challenges;
}

/** A challenge that was begun before a restart is only waited for. */
async function prove(session: AcmeSession, challenge: Challenge, signal: AbortSignal): Promise<void> {
  const { url, authorizationUrl, host } = challenge;
  const { body: before } = await session.post(authorizationUrl, null);
  const isWaiting = listChallenges(before).some(
    (one) => textOf(one, 'url') === url && textOf(one, 'status') === 'pending',
  );
  if (isWaiting) await session.post(url, {});
  const { body } = await pollUntil(session, {
    url: authorizationUrl,
    isOver: (answer) => textOf(answer.body, 'status') !== 'pending',
    what: `checks ${host}`,
    signal,
  });
  if (textOf(body, 'status') !== 'valid') throw whyUnproven(body);
}

interface Obtaining {
  readonly orderUrl: string;
  readonly keyPem: string;
  readonly signal: AbortSignal;
}

async function obtain(session: AcmeSession, { orderUrl, keyPem, signal }: Obtaining): Promise<string> {
  const poll = (until: readonly string[], what: string) =>
    pollUntil(session, { url: orderUrl, isOver: ({ body }) => !until.includes(textOf(body, 'status')), what, signal });
  const { body: order } = await poll(['pending'], 'checks the order');
  if (textOf(order, 'status') === 'ready') await finalize(session, order, keyPem);
  const { body: issued } = await poll(['ready', 'processing'], 'makes the certificate');
  if (textOf(issued, 'status') !== 'valid') throw invalidOrder(readOrder(orderUrl, issued));
  const { answer } = await session.post(textOf(issued, 'certificate'), null);
  return answer.text;
}

async function finalize(session: AcmeSession, order: JsonObject, keyPem: string): Promise<void> {
  const hosts = listOf(order, 'identifiers').map((one) => textOf(asObject(one), 'value'));
  const csr = createSigningRequest(hosts, createPrivateKey(keyPem)).toString('base64url');
  await session.post(textOf(order, 'finalize'), { csr });
}

function invalidOrder({ reason }: AuthorityOrder): Problem {
  return new Problem('authority-refused', reason ?? 'The authority ended the order without a word. Berth asks anew.');
}
