import { X509Certificate } from 'node:crypto';
import type { EdgeCertificate } from '../../core/edge-certificate.ts';

interface Entry {
  readonly certificatePem: string;
  /** Read when somebody first asks for it. */
  period: Period | undefined;
}

/** From and until when a certificate is valid, in epoch milliseconds. */
interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Whose visitors can be sent to https: the hosts that a certificate in force is for, while it is valid. */
export class CertifiedHosts {
  #entries: ReadonlyMap<string, Entry> = new Map();

  /** Then no request needs to be looked at. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  replace(certificates: readonly EdgeCertificate[]): void {
    this.#entries = new Map(
      certificates.flatMap(({ hosts, certificatePem }) => {
        const entry = { certificatePem, period: undefined };
        return hosts.map((host) => [host.toLowerCase(), entry] as const);
      }),
    );
  }

  /** A certificate for all who name no host says nothing of a host. */
  has(host: string, nowMs = Date.now()): boolean {
    const name = host.toLowerCase();
    const entry = this.#entries.get(name) ?? this.#entries.get(`*.${name.slice(name.indexOf('.') + 1)}`);
    if (entry === undefined) return false;
    entry.period ??= periodOf(entry.certificatePem);
    return entry.period.fromMs <= nowMs && nowMs < entry.period.untilMs;
  }
}

function periodOf(certificatePem: string): Period {
  const { validFromDate, validToDate } = new X509Certificate(certificatePem);
  return { fromMs: validFromDate.getTime(), untilMs: validToDate.getTime() };
}
