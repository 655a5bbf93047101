import { readFileSync } from 'node:fs';
import { type EdgeCertificate, parseCertificates } from '../../core/edge-certificate.ts';
import { errorFacts, type Log } from '../log.ts';
import { replaceFile } from '../replace-file.ts';

/** The certificates on disk, with their keys: TLS works after a start that the control process is not there for. */
export class CertificateFile {
  readonly #path: string;
  readonly #log: Log;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** Empty when the file is absent or cannot be understood: the control process brings them again. */
  load(): readonly EdgeCertificate[] {
    try {
      const certificates = parseCertificates(JSON.parse(readFileSync(this.#path, 'utf8')));
      if (certificates !== undefined) return certificates;
      this.#log('error', 'the certificate file holds something else', { file: this.#path });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#log('error', 'the certificate file cannot be read', errorFacts(error));
    }
    return [];
  }

  /** Resolves once they are on the disk; one write comes after the other. */
  async write(certificates: readonly EdgeCertificate[]): Promise<void> {
    const write = async (): Promise<void> => replaceFile(this.#path, JSON.stringify(certificates));
    const written = this.#writing.then(write, write);
    this.#writing = written.catch(() => undefined);
    await written;
  }
}
