import { type Admission, admitOrder } from './certificate-budget.ts';
import type { Attempt, Certificate } from './certificate.ts';
import { isDue } from './certificate-renewal.ts';
import { isExpiring, nextNotice } from './certificate-state.ts';
import type { CertificateWish } from './certificate-wish.ts';

/** What is known when it is decided what to do about certificates. */
export interface CertificateSituation {
  readonly wishes: readonly CertificateWish[];
  /** All that are kept, and those of files. */
  readonly certificates: readonly Certificate[];
  readonly attempts: readonly Attempt[];
  /** The authority wants to be left alone until then. */
  readonly heldUntil: number;
  /** Ids of those that something is being done about. */
  readonly busy: ReadonlySet<string>;
  readonly ordersPerDomainPerWeek: number;
  /** Orders that may be under way at a time. */
  readonly parallelOrders: number;
  readonly now: number;
}

export interface CertificatePlan {
  /** Wishes that nothing is kept for yet. */
  readonly create: readonly CertificateWish[];
  /** To be ordered, or gone on with, now. */
  readonly issue: readonly { readonly id: string; readonly challenge: CertificateWish['challenge'] }[];
  /** To ask the authority when to renew. */
  readonly askWindow: readonly string[];
  /** Whose end is to be told. */
  readonly tell: readonly { readonly id: string; readonly told: 'expiring' | 'expired' }[];
  /** Nobody wishes for them, and they serve nothing any more. */
  readonly forget: readonly string[];
  /** When to decide anew, if nothing happens before. */
  readonly wakeAt: number | null;
}

/** Decides what to do about certificates now. */
export function planCertificates(situation: CertificateSituation): CertificatePlan {
  const { wishes, certificates, now } = situation;
  const issued = certificates.filter(({ source }) => source === 'acme');
  const byHosts = new Map(issued.map((certificate) => [certificate.hosts.join(), certificate]));
  const wished = wishes.flatMap((wish) => {
    const certificate = byHosts.get(wish.hosts.join());
    return certificate === undefined ? [] : [{ wish, certificate }];
  });
  const wanted = new Set(wished.map(({ certificate }) => certificate.id));
  const orders = planOrders(situation, wished);
  const windows = wished.map(({ certificate }) => certificate).filter(({ chain }) => chain !== null);
  return {
    create: wishes.filter((wish) => !byHosts.has(wish.hosts.join())),
    issue: orders.issue,
    askWindow: windows.filter((one) => isWindowDue(one, now) && !situation.busy.has(one.id)).map(({ id }) => id),
    tell: certificates.flatMap((certificate) => tellingOf(certificate, { now, isWanted: wanted.has(certificate.id) })),
    forget: issued.filter((one) => !wanted.has(one.id) && isUseless(one, now)).map(({ id }) => id),
    wakeAt: earliest(now, [
      ...orders.wakes,
      ...windows.map(({ renewal }) => renewal?.checkAt ?? null),
      ...certificates.map((certificate) => nextNotice(certificate, now)),
    ]),
  };
}

/** When an order of this certificate may be made. */
export function admit(
  certificate: Certificate,
  situation: Pick<CertificateSituation, 'attempts' | 'heldUntil' | 'ordersPerDomainPerWeek' | 'now'>,
): Admission {
  const { attempts, heldUntil, ordersPerDomainPerWeek, now } = situation;
  const isSuggested = certificate.chain !== null && certificate.renewal?.isSuggested === true;
  const admission = admitOrder(attempts, { hosts: certificate.hosts, isSuggested, now, ordersPerDomainPerWeek });
  if (heldUntil <= Math.max(now, admission.at)) return admission;
  return { at: heldUntil, reason: 'The certificate authority has asked to be left alone for a while.' };
}

interface Wished {
  readonly wish: CertificateWish;
  readonly certificate: Certificate;
}

/** The most urgent first: without a certificate, then by how soon it ends. */
function planOrders(situation: CertificateSituation, wished: readonly Wished[]) {
  const { now, busy, parallelOrders } = situation;
  const ready: Wished[] = [];
  const wakes: number[] = [];
  for (const one of wished) {
    if (busy.has(one.certificate.id)) continue;
    const at = orderTime(one.certificate, situation);
    if (at <= now) ready.push(one);
    else wakes.push(at);
  }
  const urgent = ready.toSorted((one, other) => endOf(one.certificate) - endOf(other.certificate));
  const issue = urgent.slice(0, Math.max(0, parallelOrders - busy.size));
  return { issue: issue.map(({ certificate, wish }) => ({ id: certificate.id, challenge: wish.challenge })), wakes };
}

/** An order that is under way counts no more; a new one waits for its time and its back-off, and then for the budget. */
function orderTime(certificate: Certificate, situation: CertificateSituation): number {
  const { notBefore, renewal, order } = certificate;
  const { now, heldUntil } = situation;
  if (order !== null) return Math.max(notBefore, heldUntil);
  const dueAt = isDue(certificate, now) ? 0 : (renewal?.at ?? Number.POSITIVE_INFINITY);
  const at = Math.max(dueAt, notBefore);
  return at > now ? at : admit(certificate, situation).at;
}

function endOf({ chain }: Certificate): number {
  return chain?.notAfter ?? 0;
}

function isWindowDue({ renewal }: Certificate, now: number): boolean {
  return renewal !== null && renewal.checkAt !== null && now >= renewal.checkAt;
}

/** Of one that nobody needs nothing is told. */
function tellingOf(
  certificate: Certificate,
  { now, isWanted }: { readonly now: number; readonly isWanted: boolean },
): { readonly id: string; readonly told: 'expiring' | 'expired' }[] {
  const { id, chain, told, source } = certificate;
  if (chain === null || told === 'expired' || (source === 'acme' && !isWanted)) return [];
  if (now >= chain.notAfter) return [{ id, told: 'expired' }];
  return told === null && isExpiring(certificate, chain, now) ? [{ id, told: 'expiring' }] : [];
}

/** One that is valid is kept: its host may be wished for again, and a new one would count. */
function isUseless({ chain, order }: Certificate, now: number): boolean {
  return order === null && (chain === null || now >= chain.notAfter);
}

/** The first of the moments that lie ahead. */
function earliest(now: number, moments: readonly (number | null)[]): number | null {
  let first = Number.POSITIVE_INFINITY;
  for (const at of moments) if (at !== null && at > now && at < first) first = at;
  return first === Number.POSITIVE_INFINITY ? null : first;
}
