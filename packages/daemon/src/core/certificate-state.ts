import type { Certificate, Chain } from './certificate.ts';
import { isValid } from './certificate.ts';

const dayMs = 86_400_000;

/** `none`: nothing serves, and nothing is being done. */
export interface CertificateCondition {
  readonly state: 'none' | 'pending' | 'valid' | 'expiring' | 'failed';
  /** Why it is not simply valid, and what is done or to be done about it. */
  readonly reason: string | null;
}

/** How a certificate is. `hold` is what an attempt waits for, where one waits. */
export function certificateCondition(certificate: Certificate, now: number, hold: string | null): CertificateCondition {
  const { chain, failure } = certificate;
  if (chain !== null && isValid(chain, now)) return validCondition(certificate, chain, now);
  if (chain !== null && now >= chain.notAfter)
    return { state: 'failed', reason: joined(`It ended on ${renderDay(chain.notAfter)}.`, failure?.detail ?? hold) };
  if (chain !== null) return { state: 'failed', reason: `It is not valid before ${renderDay(chain.notBefore)}.` };
  if (failure !== null) return { state: 'failed', reason: failure.detail };
  return { state: 'pending', reason: hold ?? 'It is being obtained.' };
}

/** True from when somebody should look: what renews itself is late, what does not is near its end. */
export function isExpiring({ source }: Certificate, chain: Chain, now: number): boolean {
  const lifeMs = chain.notAfter - chain.notBefore;
  const noticeMs = source === 'acme' ? lifeMs / 5 : Math.min(14 * dayMs, lifeMs / 3);
  return now >= chain.notAfter - noticeMs;
}

/** When it is told about next, where that lies ahead: its notice, then its end. */
export function nextNotice({ source, chain }: Certificate, now: number): number | null {
  if (chain === null || now >= chain.notAfter) return null;
  const lifeMs = chain.notAfter - chain.notBefore;
  const at = chain.notAfter - (source === 'acme' ? lifeMs / 5 : Math.min(14 * dayMs, lifeMs / 3));
  return at > now ? at : chain.notAfter;
}

function validCondition(certificate: Certificate, chain: Chain, now: number): CertificateCondition {
  const { source, failure } = certificate;
  const detail = failure?.detail ?? null;
  if (!isExpiring(certificate, chain, now))
    return { state: 'valid', reason: detail === null ? null : joined('It could not be renewed yet.', detail) };
  const end = `It ends on ${renderDay(chain.notAfter)}.`;
  const advice = source === 'acme' ? 'It is being renewed.' : 'Add the one that follows it.';
  return { state: 'expiring', reason: joined(end, detail ?? advice) };
}

function joined(...sentences: readonly (string | null)[]): string {
  return sentences.filter((sentence) => sentence !== null).join(' ');
}

function renderDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
