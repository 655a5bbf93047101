import type { Certificate as CertificateResource, CertificateRequest, HostCertificate } from '@berth/spec/certificate';
import { renderInstant } from '@berth/spec/instant';
import { Problem } from '@berth/spec/problem';
import { type Certificate, coversHost, newCertificate } from '../core/certificate.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import {
  certificateFor,
  certificateNews,
  type CertificatePicture,
  certificatePicture,
  conditionOfCertificate,
} from './certificate-picture.ts';
import type { Context } from './context.ts';
import type { Entry } from './ledger.ts';
import { readChain } from './read-chain.ts';

/** All certificates for administrators, for others those of their hosts; without their keys. */
export function listCertificates(context: Context, actor: Actor): CertificateResource[] {
  authorize(actor, { scope: 'read', owner: actor.user });
  const picture = certificatePicture(context);
  return picture.certificates
    .filter(readable(actor, picture))
    .toSorted((one, other) => (one.hosts.join() < other.hosts.join() ? -1 : 1))
    .map((certificate) => viewCertificate(context, certificate));
}

/** One certificate, by its id or by a host it serves or is to serve. */
export function showCertificate(context: Context, actor: Actor, key: string): CertificateResource {
  authorize(actor, { scope: 'read', owner: actor.user });
  return viewCertificate(context, getCertificate(context, actor, key));
}

/** How it stands about https of a host, for who may see the host. */
export function certificateOfHost(context: Context, host: string): HostCertificate {
  const found = certificateFor(context, certificatePicture(context), host);
  if (typeof found === 'string') return { state: 'none', reason: found, notAfter: null, id: null };
  const { chain, id } = found;
  return { ...conditionOfCertificate(context, found), notAfter: instantOrNull(chain?.notAfter), id };
}

/**
 * Keeps a certificate of one's own: of hosts that all lead to the caller's apps, or of any for administrators. The one
 * before with the same hosts gives way to it.
 */
export async function putCertificate(
  context: Context,
  actor: Actor,
  request: CertificateRequest,
): Promise<{ certificate: CertificateResource; created: boolean }> {
  authorize(actor, { scope: 'deploy', owner: actor.user });
  const now = context.clock.now();
  const { chain, hosts } = readChain(request, now);
  const owner = visibleOwner(actor);
  return context.ledger.write((books): Entry<{ certificate: CertificateResource; created: boolean }> => {
    const picture = certificatePicture(context);
    if (owner !== null) requireOwnHosts(picture, owner, hosts);
    const before = [...books.certificates.values()].find(
      (one) => one.source === 'upload' && one.owner === owner && one.hosts.join() === hosts.join(),
    );
    const known = before ?? { ...newCertificate({ id: context.clock.newId(), hosts, now, source: 'upload' }), owner };
    if (before?.chain?.fingerprint === chain.fingerprint)
      return { changes: [], result: { certificate: viewCertificate(context, before), created: false } };
    const certificate: Certificate = { ...known, chain, told: null, updatedAt: now };
    const detail = `added, good until ${renderInstant(chain.notAfter)}`;
    return {
      changes: [{ kind: 'certificate.put', certificate }],
      news: [certificateNews(picture, { kind: 'certificate.added', detail }, certificate)],
      result: { certificate: viewCertificate(context, certificate), created: before === undefined },
    };
  });
}

/** Forgets a certificate that somebody added, or one from the authority that no host needs. */
export function removeCertificate(context: Context, actor: Actor, key: string): Promise<void> {
  return context.ledger.write(() => {
    const picture = certificatePicture(context);
    const certificate = getCertificate(context, actor, key);
    authorize(actor, { scope: 'deploy', owner: certificate.owner });
    requireRemovable(context, picture, certificate);
    return {
      changes: [{ kind: 'certificate.remove', id: certificate.id }],
      news: [certificateNews(picture, { kind: 'certificate.removed', detail: 'removed' }, certificate)],
      result: undefined,
    };
  });
}

/** The certificate of that id or host, for somebody who may see it; `certificate-not-found` for everybody else. */
export function getCertificate(context: Context, actor: Actor, key: string): Certificate {
  const picture = certificatePicture(context);
  const byId = picture.certificates.find(({ id }) => id === key);
  const found = byId ?? certificateFor(context, picture, key);
  if (typeof found !== 'string' && readable(actor, picture)(found)) return found;
  const why = typeof found === 'string' && maySeeHost(actor, picture, key) ? ` ${found}` : '';
  throw new Problem(
    'certificate-not-found',
    `There is no certificate "${key}".${why === '' ? ' GET /v1/certificates lists yours.' : why}`,
  );
}

/** How a certificate is shown; its key is not. */
export function viewCertificate(context: Context, certificate: Certificate): CertificateResource {
  const { id, hosts, source, owner, chain, renewal, failures, notBefore, createdAt, updatedAt } = certificate;
  const now = context.clock.now();
  return {
    id,
    hosts: [...hosts],
    source,
    owner,
    ...conditionOfCertificate(context, certificate),
    issuer: chain?.issuer ?? null,
    fingerprint: chain?.fingerprint ?? null,
    notBefore: instantOrNull(chain?.notBefore),
    notAfter: instantOrNull(chain?.notAfter),
    renewAt: instantOrNull(renewal?.at),
    nextAttemptAt: notBefore > now ? renderInstant(notBefore) : null,
    failures,
    createdAt: renderInstant(createdAt),
    updatedAt: renderInstant(updatedAt),
  };
}

/** Whether somebody may see a certificate: administrators any, others theirs and those that one of their hosts needs. */
function readable(actor: Actor, { hosts }: CertificatePicture): (certificate: Certificate) => boolean {
  const visible = visibleOwner(actor);
  if (visible === null) return () => true;
  const theirs = [...hosts].filter(([, apps]) => apps.some(({ owner }) => owner === visible)).map(([host]) => host);
  const names = new Set([...theirs, ...theirs.map((host) => `*${host.slice(host.indexOf('.'))}`)]);
  return (certificate) => certificate.owner === visible || certificate.hosts.some((name) => names.has(name));
}

function maySeeHost(actor: Actor, { hosts }: CertificatePicture, host: string): boolean {
  const visible = visibleOwner(actor);
  return visible === null || (hosts.get(host) ?? []).some(({ owner }) => owner === visible);
}

function requireOwnHosts({ hosts }: CertificatePicture, owner: string, names: readonly string[]): void {
  const foreign = names.find((name) => {
    const apps = hosts.get(name) ?? [];
    return apps.length === 0 || apps.some((one) => one.owner !== owner);
  });
  if (foreign === undefined) return;
  throw new Problem(
    'forbidden',
    `${foreign} does not lead to an app of yours alone; add the domain to your app first, or ask an administrator.`,
  );
}

function requireRemovable(context: Context, picture: CertificatePicture, certificate: Certificate): void {
  if (certificate.source === 'file')
    throw new Problem('still-in-use', 'The settings name its files; take them out of edge.certificates.');
  if (certificate.source !== 'acme') return;
  const covered = [...picture.hosts.keys()].filter((one) => certificate.hosts.some((name) => coversHost(name, one)));
  const host = covered.find((one) => certificateFor(context, picture, one) === certificate);
  if (host !== undefined)
    throw new Problem(
      'still-in-use',
      `${host} needs it; take that domain away, or add a certificate of your own, first.`,
    );
}

function instantOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : renderInstant(ms);
}
