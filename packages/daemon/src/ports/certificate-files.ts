/** Certificates that lie in files, which somebody else renews. */
export interface CertificateFileSource {
  /** In the order of the settings. Never rejects: what cannot be read says why. */
  read(): Promise<readonly CertificateFileReading[]>;
  /** Calls back after a file has changed; the result ends it. */
  watch(listener: () => void): () => void;
}

export type CertificateFileReading =
  | { readonly certificatePem: string; readonly keyPem: string }
  /** A sentence. */
  | { readonly reason: string };
