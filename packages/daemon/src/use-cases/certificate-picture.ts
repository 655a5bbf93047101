import type { App } from '../core/app.ts';
import { type Certificate, coversHost } from '../core/certificate.ts';
import { admit } from '../core/certificate-plan.ts';
import { certificateCondition, type CertificateCondition } from '../core/certificate-state.ts';
import {
  findOwn,
  listPublicHosts,
  type OwnCover,
  ownCovers,
  type PublicHosts,
  wishFor,
} from '../core/certificate-wish.ts';
import { isDue } from '../core/certificate-renewal.ts';
import type { Context } from './context.ts';
import type { News } from './ledger.ts';
import { servesPort } from './view.ts';

/** All certificates at a moment, and the hosts they are for. */
export interface CertificatePicture {
  readonly hosts: PublicHosts;
  readonly certificates: readonly Certificate[];
  readonly own: readonly OwnCover[];
  readonly now: number;
}

/** Looks at the books, the files and the clock. */
export function certificatePicture(context: Context): CertificatePicture {
  const now = context.clock.now();
  const hosts = publicHosts(context);
  const certificates = [...context.ledger.books.certificates.values(), ...context.certificates.files];
  return { hosts, certificates, own: ownCovers(certificates, hosts, now), now };
}

const known = new WeakMap<Context['ledger'], { readonly revision: number; readonly hosts: PublicHosts }>();

/** Thousands of apps are walked once for each commit at most. */
function publicHosts({ ledger, ...context }: Context): PublicHosts {
  const before = known.get(ledger);
  if (before?.revision === ledger.revision) return before.hosts;
  const isServed = (app: App): boolean => app.serving !== null && servesPort({ ledger, ...context }, app);
  const hosts = listPublicHosts(ledger.books.apps.values(), context.policy.baseDomain, isServed);
  known.set(ledger, { revision: ledger.revision, hosts });
  return hosts;
}

/** The certificate that serves a host, or is to; else why there is none. */
export function certificateFor(context: Context, picture: CertificatePicture, host: string): Certificate | string {
  const own = findOwn(host, picture.own);
  if (own !== undefined) return own;
  const { baseDomain, certificates: policy = null } = context.policy;
  const wish = wishFor(host, { baseDomain, policy });
  const issued = picture.certificates.filter(({ source }) => source === 'acme');
  const wished = typeof wish === 'string' ? undefined : issued.find(({ hosts }) => hosts.join() === wish.hosts.join());
  const found =
    wished ?? issued.find(({ hosts, chain }) => chain !== null && hosts.some((name) => coversHost(name, host)));
  if (found !== undefined) return found;
  if (typeof wish === 'string') return wish;
  const isServed = picture.hosts.get(host)?.some((app) => app.isServed) === true;
  return isServed ? 'It is about to be obtained.' : 'It is asked for once the app takes visitors.';
}

/** How a certificate is, with what an attempt waits for and what the edge says. */
export function conditionOfCertificate(context: Context, certificate: Certificate): CertificateCondition {
  const refusal = certificate.hosts.map((host) => context.certificates.findRefusal(host)).find((one) => one !== null);
  if (refusal !== undefined && refusal !== null && certificate.chain !== null)
    return { state: 'failed', reason: `The edge cannot use it: ${refusal}` };
  const note = context.certificates.findNote(certificate.id) ?? budgetNote(context, certificate);
  return certificateCondition(certificate, context.clock.now(), note);
}

function budgetNote(context: Context, certificate: Certificate): string | null {
  const { certificates: policy } = context.policy;
  const now = context.clock.now();
  if (policy === undefined || certificate.source !== 'acme' || !isDue(certificate, now)) return null;
  const authority = context.ledger.books.authorities.get(policy.directory);
  const { attempts = [], heldUntil = 0 } = authority ?? {};
  const { at, reason } = admit(certificate, { ...policy, attempts, heldUntil, now });
  return at <= now ? null : `${reason ?? ''} It goes on ${new Date(at).toISOString().slice(0, 16)}Z.`.trim();
}

/** An event about a certificate, for whoever has all of its hosts; else for administrators. */
export function certificateNews(
  { hosts }: Pick<CertificatePicture, 'hosts'>,
  { kind, detail }: Pick<News, 'kind' | 'detail'>,
  certificate: Certificate,
): News {
  const apps = certificate.hosts.flatMap((host) => hosts.get(host) ?? []);
  const owners = new Set(apps.map(({ owner }) => owner));
  const isOfOne = owners.size === 1 && certificate.hosts.every((host) => hosts.has(host));
  const [first] = apps;
  const about =
    isOfOne && first !== undefined ? { app: first.app, owner: first.owner } : { app: null, owner: certificate.owner };
  return { kind, detail: `${certificate.hosts.join(', ')}: ${detail}`, operation: null, ...about };
}
