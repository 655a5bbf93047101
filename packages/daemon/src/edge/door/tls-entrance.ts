import type { EdgeCertificate, RefusedCertificate } from '../../core/edge-certificate.ts';
import type { CertificateFile } from './certificate-file.ts';
import type { CertifiedHosts } from './certified-hosts.ts';
import type { TicketKeys, TlsLayer, TlsWorld } from './tls-layer.ts';

/** TLS, which is loaded for the first visitor or certificate: an edge without either does not hold its code. */
export class TlsEntrance {
  readonly #world: Omit<TlsWorld, 'ticketKeys'>;
  readonly #file: CertificateFile;
  readonly #certified: CertifiedHosts | undefined;
  #ticketKeys: TicketKeys | undefined;
  #layer: Promise<TlsLayer> | undefined;

  /** `certified` is told what is in force, from the first request on. */
  constructor(world: Omit<TlsWorld, 'ticketKeys'>, file: CertificateFile, certified?: CertifiedHosts) {
    this.#world = world;
    this.#file = file;
    this.#certified = certified;
    certified?.replace(file.load());
  }

  async open(): Promise<TlsLayer> {
    this.#layer ??= this.#load();
    return this.#layer;
  }

  /** Resolves once they are in force and on the disk. The result is what could not be taken. */
  async putCertificates(certificates: readonly EdgeCertificate[]): Promise<readonly RefusedCertificate[]> {
    const layer = await this.open();
    const refused = layer.certificates.put(certificates);
    layer.settleDefault();
    const inForce = layer.certificates.list();
    this.#certified?.replace(inForce);
    await this.#file.write(inForce);
    return refused;
  }

  /** Goes on with another edge's sessions; to be called before the first visitor. */
  inherit(ticketKeys: TicketKeys): void {
    this.#ticketKeys = ticketKeys;
  }

  /** What a successor needs to go on with sessions; undefined when there were none. */
  async ticketKeys(): Promise<TicketKeys | undefined> {
    return (await this.#layer)?.ticketKeys ?? this.#ticketKeys;
  }

  async #load(): Promise<TlsLayer> {
    const { TlsLayer: Layer } = await import('./tls-layer.ts');
    const layer = new Layer({ ...this.#world, ticketKeys: this.#ticketKeys });
    layer.certificates.load(this.#file.load());
    layer.settleDefault();
    return layer;
  }
}
