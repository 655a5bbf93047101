import { type Certificate, type Chain, isValid } from './certificate.ts';
import { findOwn, ownCovers, type PublicHosts, servedNames } from './certificate-wish.ts';

/** A certificate, and the names it is shown for. */
export interface ShownCertificate {
  readonly hosts: readonly string[];
  readonly chain: Chain;
}

/**
 * What the edge is handed: each name once, of the certificate that serves it. One's own win over the authority's, the
 * longer-lived over the shorter; of the authority's an expired one is better than none.
 */
export function chooseCertificates(
  certificates: readonly Certificate[],
  hosts: PublicHosts,
  now: number,
): ShownCertificate[] {
  const byRank = certificates
    .filter(({ chain }) => chain !== null)
    .map((certificate) => ({ certificate, rank: rankOf(certificate, now) }))
    .toSorted((one, other) => other.rank - one.rank || lifeOf(other.certificate) - lifeOf(one.certificate));
  const own = ownCovers(certificates, hosts, now);
  const taken = new Set<string>();
  return byRank.flatMap(({ certificate }): ShownCertificate[] => {
    const names = servedNames(certificate, hosts).filter((name) => !taken.has(name));
    // The edge prefers an exact name: one of the authority's would stand before a wildcard of one's own.
    const shown = certificate.source === 'acme' ? names.filter((name) => findOwn(name, own) === undefined) : names;
    for (const name of shown) taken.add(name);
    const { chain } = certificate;
    return chain === null || shown.length === 0 ? [] : [{ hosts: shown, chain }];
  });
}

function rankOf({ source, chain }: Certificate, now: number): number {
  const isGood = chain !== null && isValid(chain, now);
  return (isGood ? 2 : 0) + (source === 'acme' ? 0 : 1);
}

function lifeOf({ chain }: Certificate): number {
  return chain?.notAfter ?? 0;
}
