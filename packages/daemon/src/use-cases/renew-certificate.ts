import type { Certificate as CertificateResource } from '@berth/spec/certificate';
import { Problem } from '@berth/spec/problem';
import type { Certificate } from '../core/certificate.ts';
import { admit } from '../core/certificate-plan.ts';
import { type Actor, authorize } from './actor.ts';
import { Bell } from './bell.ts';
import { certificatePicture } from './certificate-picture.ts';
import { getCertificate, viewCertificate } from './certificates.ts';
import type { Context } from './context.ts';

interface Renewing {
  /** Id or host. */
  readonly key: string;
  /** How long to wait for the end of the attempt; absent: not at all. */
  readonly timeoutMs?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks for a new certificate now, whatever its age and its last failure; the authority's limits still hold
 * (`authority-limited`). Waited for, a failed attempt rejects with its problem.
 */
export async function renewCertificate(
  context: Context,
  actor: Actor,
  renewing: Renewing,
): Promise<CertificateResource> {
  const asked = await requestRenewal(context, actor, renewing.key);
  const { timeoutMs, signal } = renewing;
  return viewCertificate(
    context,
    timeoutMs === undefined ? asked : await awaitAttempt(context, asked, { timeoutMs, signal }),
  );
}

function requestRenewal(context: Context, actor: Actor, key: string): Promise<Certificate> {
  const now = context.clock.now();
  return context.ledger.write(() => {
    const certificate = getCertificate(context, actor, key);
    requireOwner(context, actor, certificate);
    if (certificate.source !== 'acme')
      throw new Problem('wrong-state', 'It was brought, not issued here; add the one that follows it instead.');
    requireBudget(context, certificate, now);
    const { chain, renewal } = certificate;
    // Somebody’s wish, not the authority’s: it counts against the limits.
    const due = chain === null ? null : { at: now, isSuggested: false, checkAt: renewal?.checkAt ?? null };
    const asked: Certificate = { ...certificate, renewal: due, failure: null, notBefore: 0, updatedAt: now };
    return { changes: [{ kind: 'certificate.put', certificate: asked }], result: asked };
  });
}

/** Whoever has all of its hosts, and administrators. */
function requireOwner(context: Context, actor: Actor, certificate: Certificate): void {
  const { hosts } = certificatePicture(context);
  const owners = new Set(certificate.hosts.flatMap((host) => hosts.get(host) ?? []).map(({ owner }) => owner));
  const [owner = null] = owners;
  const isWhole = owners.size === 1 && certificate.hosts.every((host) => hosts.has(host));
  authorize(actor, { scope: 'deploy', owner: isWhole ? owner : null });
}

function requireBudget({ policy, ledger }: Context, certificate: Certificate, now: number): void {
  const { certificates: settings } = policy;
  if (settings === undefined)
    throw new Problem('authority-refused', 'No certificate authority is configured any more: set edge.acme.directory.');
  const { attempts = [], heldUntil = 0 } = ledger.books.authorities.get(settings.directory) ?? {};
  const { at, reason } = admit(certificate, { ...settings, attempts, heldUntil, now });
  if (at <= now || certificate.order !== null) return;
  throw new Problem(
    'authority-limited',
    `${reason ?? 'Its limits are reached.'} Try again after ${new Date(at).toISOString()}.`,
    {
      facts: { retryAfterMs: at - now },
    },
  );
}

/** The certificate once its attempt has ended; at the timeout, as it stands by then. */
async function awaitAttempt(
  context: Context,
  { id, chain: before }: Certificate,
  { timeoutMs, signal: given }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Certificate> {
  const timeout = new AbortController();
  const cancel = context.clock.after(timeoutMs, () => timeout.abort());
  const signal = AbortSignal.any([timeout.signal, given]);
  const bell = new Bell();
  const stop = context.ledger.listen({ onCertificates: () => bell.ring() });
  try {
    while (!signal.aborted) {
      const certificate = findById(context, id);
      if (certificate.failure !== null) throw new Problem(certificate.failure.code, certificate.failure.detail);
      if (certificate.chain !== before) return certificate;
      await bell.wait(signal);
    }
    return findById(context, id);
  } finally {
    cancel();
    stop();
  }
}

function findById(context: Context, id: string): Certificate {
  const certificate = context.ledger.books.certificates.get(id);
  if (certificate !== undefined) return certificate;
  throw new Problem('certificate-not-found', 'The certificate was removed meanwhile.');
}
