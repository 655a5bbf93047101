import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One certificate for `localhost`, its key, and both in one file, as haproxy wants them. */
export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
  readonly both: string;
}

/** Makes a certificate on the curve P-256, signed by itself. */
export function createCertificate(folder: string): CertificateFiles {
  const files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem'), both: join(folder, 'both.pem') };
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', [...words, ...names, '-keyout', files.key, '-out', files.certificate], { stdio: 'ignore' });
  writeFileSync(files.both, readFileSync(files.certificate, 'utf8') + readFileSync(files.key, 'utf8'), { mode: 0o600 });
  return files;
}
