import { readFile, stat } from 'node:fs/promises';
import type { CertificateFileReading, CertificateFileSource } from '../../ports/certificate-files.ts';

/** A certificate and its key, by path. */
export interface CertificatePaths {
  readonly certFile: string;
  readonly keyFile: string;
}

/**
 * `intervalMs`: how often the files are looked at, which finds links that are turned elsewhere too; the kernel would not
 * tell of those. A change is one against what was last read: none falls between a reading and the next look.
 */
export function createCertificateFiles(paths: readonly CertificatePaths[], intervalMs: number): CertificateFileSource {
  const files = paths.flatMap(({ certFile, keyFile }) => [certFile, keyFile]);
  let known = '';
  return {
    async read() {
      known = await describeFiles(files);
      return Promise.all(paths.map(readPair));
    },
    watch(listener) {
      const look = async (): Promise<void> => {
        const now = await describeFiles(files);
        if (now !== known) listener();
      };
      const timer = setInterval(() => void look(), intervalMs).unref();
      return () => clearInterval(timer);
    },
  };
}

/** Never rejects: a file that is not there is described too. */
async function describeFiles(files: readonly string[]): Promise<string> {
  const found = await Promise.allSettled(files.map((file) => stat(file)));
  return found
    .map((one) => (one.status === 'fulfilled' ? [one.value.ino, one.value.size, one.value.mtimeMs].join() : 'none'))
    .join(' ');
}

async function readPair({ certFile, keyFile }: CertificatePaths): Promise<CertificateFileReading> {
  try {
    const [certificatePem, keyPem] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    return { certificatePem, keyPem };
  } catch (error) {
    const { code, path = certFile } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'There is no file' : `Berth may not read (${code ?? 'unknown'})`;
    return { reason: `${reason} ${path}. Put it there, or take it out of edge.certificates.` };
  }
}
