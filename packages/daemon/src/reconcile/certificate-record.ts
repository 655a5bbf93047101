import { renderInstant } from '@berth/spec/instant';
import type { Problem } from '@berth/spec/problem';
import type { Attempt, Authority, Certificate, Chain } from '../core/certificate.ts';
import { admitOrder, withAttempt } from '../core/certificate-budget.ts';
import type { Change } from '../core/change.ts';
import { attemptBackOffMs, usualRenewal } from '../core/certificate-renewal.ts';
import { certificateNews, certificatePicture } from '../use-cases/certificate-picture.ts';
import type { News } from '../use-cases/ledger.ts';
import type { World } from './world.ts';

const longestHoldMs = 7 * 86_400_000;
const longestGeneralHoldMs = 3_600_000;

/** Writes a part of a certificate; one that is gone meanwhile is not brought back. */
export function updateCertificate(
  world: World,
  id: string,
  change: (certificate: Certificate) => Partial<Certificate>,
): Promise<void> {
  return write(world, id, (certificate) => ({ part: change(certificate) }));
}

/** Counts an order before it is made, so that not even a crash makes it be forgotten. False: a limit is reached. */
export function countOrder(world: World, certificate: Certificate): Promise<boolean> {
  const { policy, clock, ledger } = world;
  const now = clock.now();
  const isSuggested = certificate.chain !== null && certificate.renewal?.isSuggested === true;
  return ledger.write(() => {
    const authority = authorityOf(world);
    const { hosts } = certificate;
    const ordersPerDomainPerWeek = policy.certificates?.ordersPerDomainPerWeek ?? 0;
    if (admitOrder(authority.attempts, { hosts, isSuggested, now, ordersPerDomainPerWeek }).at > now)
      return { changes: [], result: false };
    const attempt: Attempt = { at: now, kind: isSuggested ? 'renewal' : 'order', hosts };
    return { changes: [attemptPut(authority, attempt)], result: true };
  });
}

/** The new certificate takes the place of the one before. */
export function keepChain(world: World, id: string, chain: Chain): Promise<void> {
  const renewal = usualRenewal(chain, world.clock.random());
  const detail = `issued by ${chain.issuer}, good until ${renderInstant(chain.notAfter)}`;
  return write(world, id, () => ({
    part: { chain, renewal, order: null, failures: 0, failure: null, notBefore: 0, told: null },
    news: { kind: 'certificate.issued', detail },
  }));
}

/** An attempt failed: the reason is kept, and the next one waits longer. `isCounted`: the authority has seen it. */
export function keepFailure(
  world: World,
  id: string,
  { problem, isCounted }: { readonly problem: Problem; readonly isCounted: boolean },
): Promise<void> {
  const { clock } = world;
  const now = clock.now();
  return write(world, id, (certificate) => {
    const failures = certificate.failures + 1;
    const backOffMs = attemptBackOffMs(failures, isCounted ? 'counted' : 'unseen', clock.random());
    const notBefore = now + Math.max(backOffMs, Math.min(holdOf(problem), longestHoldMs));
    return {
      part: {
        failures,
        failure: { at: now, code: problem.code, detail: problem.message },
        notBefore,
        order: problem.retryable ? certificate.order : null,
      },
      news: {
        kind: 'certificate.failed',
        detail: `${problem.message} The next attempt is at ${renderInstant(notBefore)}.`,
      },
      more: holdAuthority(world, { problem, isCounted, hosts: certificate.hosts }),
    };
  });
}

/** What is known of the authority of the settings. */
export function authorityOf({ ledger, policy }: World): Authority {
  const directory = policy.certificates?.directory ?? '';
  return ledger.books.authorities.get(directory) ?? { directory, account: null, attempts: [], heldUntil: 0 };
}

interface Writing {
  readonly part: Partial<Certificate>;
  readonly news?: Pick<News, 'kind' | 'detail'>;
  readonly more?: readonly Change[];
}

function write(world: World, id: string, decide: (certificate: Certificate) => Writing): Promise<void> {
  return world.ledger.write((books) => {
    const before = books.certificates.get(id);
    if (before === undefined) return { changes: [], result: undefined };
    const { part, news, more = [] } = decide(before);
    const certificate = { ...before, ...part, updatedAt: world.clock.now() };
    return {
      changes: [{ kind: 'certificate.put', certificate }, ...more],
      news: news === undefined ? [] : [certificateNews(certificatePicture(world), news, certificate)],
      result: undefined,
    };
  });
}

interface Failing {
  readonly problem: Problem;
  readonly isCounted: boolean;
  readonly hosts: readonly string[];
}

/** A host that the authority could not see counts there; an authority that is busy is left alone as a whole. */
function holdAuthority(world: World, { problem, isCounted, hosts }: Failing): Change[] {
  const now = world.clock.now();
  const authority = authorityOf(world);
  if (isCounted && problem.code === 'domain-unproven')
    return [attemptPut(authority, { at: now, kind: 'failure', hosts: hosts.map((host) => host.replace(/^\*\./, '')) })];
  if (problem.facts['isBusy'] !== true) return [];
  const heldUntil = now + Math.min(holdOf(problem), longestGeneralHoldMs);
  return [{ kind: 'authority.put', authority: { ...authority, heldUntil: Math.max(heldUntil, authority.heldUntil) } }];
}

function holdOf({ facts }: Problem): number {
  return typeof facts['retryAfterMs'] === 'number' ? facts['retryAfterMs'] : 0;
}

function attemptPut(authority: Authority, attempt: Attempt): Change {
  return { kind: 'authority.put', authority: { ...authority, attempts: withAttempt(authority.attempts, attempt) } };
}
