import { isProblem } from '@berth/spec/problem';
import type { EdgeCertificate } from '../core/edge-certificate.ts';
import { chooseCertificates } from '../core/shown-certificate.ts';
import { certificatePicture } from '../use-cases/certificate-picture.ts';
import type { World } from './world.ts';

const retryMs = 2_000;

/** Keeps the edge's certificates in step with what should serve. An old one stays there until the edge has the new one. */
export class CertificateFeed {
  readonly #world: World;
  /** What the edge has; null: that is not known. */
  #acknowledged: string | null = null;
  #sending = false;
  #isStale = false;
  #stopped = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** Looks what should serve, and hands it over where it is not what the edge has. */
  sync(): void {
    if (this.#sending) this.#isStale = true;
    else void this.#send();
  }

  /** The edge has started anew, or says it is another: nothing is known of what it has. */
  replay(): void {
    this.#acknowledged = null;
    this.sync();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #send(): Promise<void> {
    if (this.#stopped) return;
    const { hosts, certificates, now } = certificatePicture(this.#world);
    const chosen = chooseCertificates(certificates, hosts, now);
    const text = chosen.map((one) => `${one.chain.fingerprint} ${one.hosts.join()}`).join('\n');
    if (text === this.#acknowledged) return;
    this.#sending = true;
    this.#isStale = false;
    try {
      await this.#put(
        chosen.map(({ hosts: names, chain: { certificatePem, keyPem } }) => ({ hosts: names, certificatePem, keyPem })),
      );
      this.#acknowledged = text;
    } catch (error) {
      this.#world.log.warn({ error }, 'the edge did not take the certificates');
      this.#world.clock.after(retryMs, () => this.sync());
    }
    this.#sending = false;
    if (this.#isStale) this.sync();
  }

  /** What the edge cannot use is shown to who looks; the others are in force. */
  async #put(wanted: readonly EdgeCertificate[]): Promise<void> {
    const { edge, certificates, log } = this.#world;
    try {
      await edge.putCertificates(wanted);
      certificates.putRefusals(new Map());
    } catch (error) {
      if (!isProblem(error, 'validation-failed')) throw error;
      const { errors = [] } = error.facts;
      certificates.putRefusals(new Map(errors.map(({ field, detail }) => [field, detail])));
      log.error({ errors }, 'the edge cannot use some certificates');
    }
  }
}
