import { isProblem, Problem } from '@berth/spec/problem';
import type { Certificate, ChallengeKind, PendingOrder } from '../core/certificate.ts';
import { coversHost } from '../core/certificate.ts';
import type { CertificateAuthority, Challenge } from '../ports/certificate-authority.ts';
import type { DnsProvider } from '../ports/dns-provider.ts';
import type { DomainCheck, RecordWatch } from '../ports/domain-check.ts';
import { createCertificateKey, readChain } from '../use-cases/read-chain.ts';
import { countOrder, keepChain, keepFailure, updateCertificate } from './certificate-record.ts';
import type { ChallengeDesk } from './challenge-desk.ts';
import type { World } from './world.ts';

/** What an attempt works with. */
export interface AttemptTools {
  readonly authority: CertificateAuthority;
  /** Null: nobody writes DNS here. */
  readonly dns: DnsProvider | null;
  readonly awaitRecord: RecordWatch;
  /** Null: nothing is checked before the authority is asked. */
  readonly checkDomain: DomainCheck | null;
}

interface Attempt {
  readonly world: World;
  readonly tools: AttemptTools;
  readonly desk: ChallengeDesk;
  readonly id: string;
  readonly challenge: ChallengeKind;
  readonly signal: AbortSignal;
}

/**
 * One attempt to obtain a certificate, or to go on with one that a restart interrupted. What fails is written down with
 * the certificate; an abort leaves all as it is. Never rejects for what an authority, DNS or the domain does.
 */
export async function attemptCertificate(attempt: Attempt): Promise<void> {
  const { world, id, signal } = attempt;
  const progress = { isSeen: false };
  try {
    await obtain(attempt, progress);
  } catch (error) {
    if (signal.aborted) return;
    const problem = isProblem(error) ? error : new Problem('internal', 'Something went wrong inside Berth.');
    const cause = problem.cause instanceof Error ? problem.cause.message : undefined;
    const details = isProblem(error) ? { cause } : { error };
    world.log.warn({ certificate: id, reason: problem.message, ...details }, 'no certificate');
    await keepFailure(world, id, { problem, isCounted: progress.isSeen && !problem.retryable });
  } finally {
    world.certificates.note(id, null);
  }
}

async function obtain(attempt: Attempt, progress: { isSeen: boolean }): Promise<void> {
  const { world, tools, id, challenge, signal } = attempt;
  const certificate = world.ledger.books.certificates.get(id);
  if (certificate === undefined) return;
  const order = await findOrOpenOrder(attempt, certificate);
  if (order === undefined) return;
  progress.isSeen = true;
  for (const one of await tools.authority.listChallenges(order.url, challenge)) await answer(attempt, one);
  world.certificates.note(id, 'The certificate authority makes it.');
  const certificatePem = await tools.authority.obtain(order.url, order.keyPem, signal);
  const { chain, hosts } = readChain({ certificatePem, keyPem: order.keyPem }, world.clock.now());
  if (!certificate.hosts.every((host) => hosts.some((name) => coversHost(name, host))))
    throw new Problem('authority-refused', 'The authority made a certificate of other hosts. Berth asks anew.');
  await keepChain(world, id, chain);
  world.log.info({ hosts, notAfter: new Date(chain.notAfter) }, 'a certificate was issued');
}

/** Undefined when a limit was reached meanwhile. */
async function findOrOpenOrder(attempt: Attempt, certificate: Certificate): Promise<PendingOrder | undefined> {
  const { world, tools, id } = attempt;
  const known = await findOpenOrder(attempt, certificate);
  if (known !== undefined) return known;
  await checkDomains(attempt, certificate);
  if (!(await countOrder(world, certificate))) return undefined;
  world.certificates.note(id, 'The certificate authority is asked.');
  const keyPem = createCertificateKey();
  const replaces = certificate.chain?.certificatePem ?? null;
  const { url } = await tools.authority.openOrder({ hosts: certificate.hosts, replaces });
  const directory = world.policy.certificates?.directory ?? '';
  const order = { directory, url, keyPem, createdAt: world.clock.now() };
  await updateCertificate(world, id, () => ({ order }));
  return order;
}

/** The order of before a restart or a failure, where it is still good for something. */
async function findOpenOrder({ world, tools }: Attempt, { order }: Certificate): Promise<PendingOrder | undefined> {
  if (order === null || order.directory !== world.policy.certificates?.directory) return undefined;
  const found = await tools.authority.findOrder(order.url);
  return found === undefined || found.state === 'invalid' ? undefined : order;
}

/** What a stranger would not see costs nothing when it is found out here; at the authority it counts. */
async function checkDomains({ world, tools, desk, id, challenge }: Attempt, certificate: Certificate): Promise<void> {
  if (tools.checkDomain === null || challenge !== 'http-01') return;
  world.certificates.note(id, 'Berth looks whether the domain leads here.');
  for (const host of certificate.hosts) {
    const token = `berth-${world.clock.newId()}`;
    const keyAuthorization = `${token}.check`;
    const hide = await desk.show({ kind: 'http-01', host, token, keyAuthorization });
    const path = `/.well-known/acme-challenge/${token}`;
    const obstacle = await tools.checkDomain({ host, path, answer: keyAuthorization }).finally(hide);
    if (obstacle !== null) throw new Problem('domain-unproven', obstacle);
  }
}

async function answer(attempt: Attempt, challenge: Challenge): Promise<void> {
  const { world, tools, desk, id, signal } = attempt;
  if (challenge.kind === 'dns-01') return answerByDns(attempt, challenge);
  const { url: _, authorizationUrl: __, ...shown } = challenge;
  const hide = await desk.show(shown);
  world.certificates.note(id, `The certificate authority looks at ${challenge.host}.`);
  await tools.authority.prove(challenge, signal).finally(hide);
}

async function answerByDns(attempt: Attempt, challenge: Challenge & { readonly kind: 'dns-01' }): Promise<void> {
  const { world, tools, id, signal } = attempt;
  const { name, value } = challenge;
  const { dns } = tools;
  if (dns === null)
    throw new Problem('dns-provider-failed', 'No DNS provider is configured any more: set edge.acme.dns.');
  world.certificates.note(id, `A record of ${name} is put into DNS.`);
  await dns.put(name, value);
  try {
    await tools.awaitRecord(name, value, signal);
    world.certificates.note(id, `The certificate authority looks at ${name}.`);
    await tools.authority.prove(challenge, signal);
  } finally {
    await dns.remove(name, value).catch((error: unknown) => world.log.warn({ error, name }, 'a record stays in DNS'));
  }
}
