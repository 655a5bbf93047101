import { isProblem } from '@berth/spec/problem';
import { type Certificate, newCertificate } from '../core/certificate.ts';
import type { CertificateFileReading, CertificateFileSource } from '../ports/certificate-files.ts';
import { readChain } from '../use-cases/read-chain.ts';
import type { World } from './world.ts';

/** Takes the certificates of files into the picture, again after each change; what cannot be used leaves what was before. */
export async function readCertificateFiles(world: World, source: CertificateFileSource): Promise<void> {
  const readings = await source.read();
  const before = new Map(world.certificates.files.map((certificate) => [certificate.id, certificate]));
  const files = readings.map((reading, index) => {
    const id = `file-${index + 1}`;
    return take(
      world,
      reading,
      before.get(id) ?? newCertificate({ id, hosts: [], now: world.clock.now(), source: 'file' }),
    );
  });
  world.certificates.putFiles(files);
}

function take(world: World, reading: CertificateFileReading, before: Certificate): Certificate {
  const now = world.clock.now();
  try {
    if ('reason' in reading) return fail(world, before, reading.reason);
    const { chain, hosts } = readChain(reading, now);
    if (chain.fingerprint === before.chain?.fingerprint && before.failure === null) return before;
    world.log.info({ certificate: before.id, hosts, notAfter: new Date(chain.notAfter) }, 'a certificate was read');
    return { ...before, hosts, chain, failure: null, told: null, updatedAt: now };
  } catch (error) {
    if (!isProblem(error)) throw error;
    return fail(world, before, `Its file holds nothing that can be used: ${error.message}`);
  }
}

function fail(world: World, before: Certificate, detail: string): Certificate {
  const now = world.clock.now();
  if (before.failure?.detail === detail) return before;
  world.log.error({ certificate: before.id, reason: detail }, 'a certificate file cannot be used');
  return { ...before, failure: { at: now, code: 'certificate-refused', detail }, updatedAt: now };
}
