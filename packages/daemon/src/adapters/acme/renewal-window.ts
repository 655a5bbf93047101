import type { RenewalWindow } from '../../ports/certificate-authority.ts';
import type { AcmeSession } from './acme-session.ts';
import { findCertificateIdentifier } from './der/certificate-identifier.ts';
import { asObject, parseObject, textOf } from './json-field.ts';
import { retryAfter } from './refusal.ts';

const usualCheckMs = 6 * 3_600_000;
const soonestCheckMs = 60_000;
const latestCheckMs = 86_400_000;

/** Asks for the window (RFC 9773, 4). Undefined where the authority has none, or one that ends before it begins. */
export async function findWindow(session: AcmeSession, certificatePem: string): Promise<RenewalWindow | undefined> {
  const base = await session.findResource('renewalInfo');
  const identifier = findCertificateIdentifier(certificatePem);
  if (base === undefined || identifier === undefined) return undefined;
  const { text, headers } = await session.get(`${base.replace(/\/$/, '')}/${identifier}`);
  const body = parseObject(text);
  const window = asObject(body['suggestedWindow']);
  const [startMs, endMs] = [Date.parse(textOf(window, 'start')), Date.parse(textOf(window, 'end'))];
  // False too where one of both is no date.
  if (!(endMs > startMs)) return undefined;
  const now = session.clock.now();
  const asked = retryAfter(headers, now) ?? usualCheckMs;
  const explanation = textOf(body, 'explanationURL');
  return {
    startMs,
    endMs,
    explanationUrl: explanation === '' ? null : explanation,
    checkAgainAtMs: now + Math.min(Math.max(asked, soonestCheckMs), latestCheckMs),
  };
}
