import type { Certificate } from '../core/certificate.ts';

/** What is known of certificates beside the store: those of files, what is being done about each, what the edge refused. */
export class CertificateBoard {
  readonly #notes = new Map<string, string>();
  #files: readonly Certificate[] = [];
  #refusals: ReadonlyMap<string, string> = new Map();

  /** Certificates of the files that the settings name, as last read. */
  get files(): readonly Certificate[] {
    return this.#files;
  }

  putFiles(files: readonly Certificate[]): void {
    this.#files = files;
  }

  /** What an attempt is at: a sentence. */
  findNote(id: string): string | null {
    return this.#notes.get(id) ?? null;
  }

  note(id: string, sentence: string | null): void {
    if (sentence === null) this.#notes.delete(id);
    else this.#notes.set(id, sentence);
  }

  /** Why the edge does not show the certificate of a host; null when it does. */
  findRefusal(host: string): string | null {
    return this.#refusals.get(host) ?? null;
  }

  putRefusals(refusals: ReadonlyMap<string, string>): void {
    this.#refusals = refusals;
  }
}
