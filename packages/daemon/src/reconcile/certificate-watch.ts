import type { Certificate, Renewal } from '../core/certificate.ts';
import type { CertificatePlan } from '../core/certificate-plan.ts';
import { suggestedRenewal } from '../core/certificate-renewal.ts';
import type { CertificateAuthority } from '../ports/certificate-authority.ts';
import { certificateNews, certificatePicture } from '../use-cases/certificate-picture.ts';
import type { Entry, News } from '../use-cases/ledger.ts';
import { updateCertificate } from './certificate-record.ts';
import type { World } from './world.ts';

const askAgainMs = 6 * 3_600_000;

/** Asks the authority when it would like to see the certificate renewed. One that does not say is not asked again. */
export async function askWindow(world: World, authority: CertificateAuthority, id: string): Promise<void> {
  const chain = world.ledger.books.certificates.get(id)?.chain ?? null;
  if (chain === null) return;
  const change = await findChange(world, authority, chain.certificatePem);
  await updateCertificate(world, id, ({ renewal }) => ({ renewal: renewal === null ? null : change(renewal) }));
}

async function findChange(
  { clock, log }: World,
  authority: CertificateAuthority,
  certificatePem: string,
): Promise<(renewal: Renewal) => Renewal> {
  try {
    const window = await authority.findRenewalWindow(certificatePem);
    if (window === undefined) return (renewal) => ({ ...renewal, checkAt: null });
    return (renewal) => suggestedRenewal(renewal, window, clock.random());
  } catch (error) {
    log.debug({ error }, 'the authority did not say when to renew');
    return (renewal) => ({ ...renewal, checkAt: clock.now() + askAgainMs });
  }
}

/** Says loudly that certificates come to their end, or have, and notes that it was said. */
export function tellEnds(world: World, tell: CertificatePlan['tell']): Entry<null> {
  if (tell.length === 0) return { changes: [], result: null };
  const { certificates: board, ledger } = world;
  const picture = certificatePicture(world);
  const states = new Map(tell.map(({ id, told }) => [id, told]));
  const told = picture.certificates
    .filter(({ id }) => states.has(id))
    .map((certificate) => ({ ...certificate, told: states.get(certificate.id) ?? null }));
  for (const certificate of told) logEnd(world, certificate);
  board.putFiles(board.files.map((file) => told.find(({ id }) => id === file.id) ?? file));
  const kept = told.filter(({ id }) => ledger.books.certificates.has(id));
  return {
    changes: kept.map((certificate) => ({ kind: 'certificate.put', certificate })),
    news: told.map((certificate) => certificateNews(picture, endNews(certificate), certificate)),
    result: null,
  };
}

function endNews({ told, chain }: Certificate): Pick<News, 'kind' | 'detail'> {
  const end = new Date(chain?.notAfter ?? 0).toISOString();
  if (told === 'expired')
    return { kind: 'certificate.expired', detail: `ended at ${end}; browsers warn visitors of it` };
  return { kind: 'certificate.expiring', detail: `ends at ${end}` };
}

function logEnd({ log }: World, { hosts, told, chain }: Certificate): void {
  const facts = { hosts, notAfter: new Date(chain?.notAfter ?? 0) };
  if (told === 'expired') log.error(facts, 'a certificate has ended: browsers warn visitors');
  else log.warn(facts, 'a certificate comes to its end');
}
