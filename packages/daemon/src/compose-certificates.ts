import { readFileSync } from 'node:fs';
import { createAcmeAuthority } from './adapters/acme/acme-authority.ts';
import { createCertificateFiles } from './adapters/certificate-files/certificate-files.ts';
import { createExecProvider } from './adapters/dns-hook/exec-provider.ts';
import { createWebhookProvider } from './adapters/dns-hook/webhook-provider.ts';
import { createDnsUpdateProvider } from './adapters/dns-update/dns-update-provider.ts';
import { createDomainCheck } from './adapters/domain-check/domain-check.ts';
import { createRecordWatch } from './adapters/domain-check/record-watch.ts';
import { systemClock } from './adapters/system-clock/system-clock.ts';
import { parseListen } from './compose-dialects.ts';
import type { AcmeSettings } from './config/certificate-settings.ts';
import type { Settings } from './config/settings.ts';
import type { DnsProvider } from './ports/dns-provider.ts';
import type { AttemptTools } from './reconcile/certificate-attempt.ts';
import { CertificateKeeper } from './reconcile/certificate-keeper.ts';
import type { World } from './reconcile/world.ts';
import { createAccountVault } from './use-cases/account-vault.ts';

const certificateFilesMs = 5_000;

/** What sees to certificates; it begins when it is started. */
export function createCertificateKeeper({ edge: { acme, certificates } }: Settings, world: World): CertificateKeeper {
  const files = certificates.length === 0 ? null : createCertificateFiles(certificates, certificateFilesMs);
  return new CertificateKeeper(world, { tools: createAttemptTools(acme, world), files });
}

/** Null where no authority is configured. */
function createAttemptTools(acme: AcmeSettings, world: World): AttemptTools | null {
  const { directory, email, caFile, eabKeyId, eabHmacKey, check, checkPort: port, resolvers, dns } = acme;
  if (directory === undefined) return null;
  const isBound = eabKeyId !== undefined && eabHmacKey !== undefined;
  return {
    authority: createAcmeAuthority({
      directory,
      email,
      ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8'),
      binding: isBound ? { keyId: eabKeyId, hmacKey: eabHmacKey.reveal() } : undefined,
      clock: systemClock,
      vault: createAccountVault(world.ledger, directory),
    }),
    dns: createDnsProvider(dns),
    awaitRecord: createRecordWatch({ resolvers, timeoutMs: dns.propagationSeconds * 1000, clock: systemClock }),
    checkDomain: check ? createDomainCheck({ port, resolvers, mayBePrivate: caFile !== undefined }) : null,
  };
}

/** A program finds the usual ones by their names, and nothing else of this process. */
const programEnvironment = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };

function createDnsProvider({ rfc2136, webhook, exec }: AcmeSettings['dns']): DnsProvider | null {
  if (rfc2136 !== undefined) {
    const { server, zone, keyName: name, keyAlgorithm: algorithm, keySecret, ttlSeconds } = rfc2136;
    const key = { name, algorithm, secret: Buffer.from(keySecret.reveal(), 'base64') };
    const { host, port } = parseListen(/:\d+$/.test(server) ? server : `${server}:53`);
    return createDnsUpdateProvider({ server: { host, port }, zone, key, ttlSeconds, clock: systemClock });
  }
  if (webhook !== undefined) {
    const { url, secret, timeoutSeconds } = webhook;
    return createWebhookProvider({ url, secret: secret.reveal(), timeoutMs: timeoutSeconds * 1000 });
  }
  if (exec === undefined) return null;
  const { command, timeoutSeconds } = exec;
  return createExecProvider({ command, environment: programEnvironment, timeoutMs: timeoutSeconds * 1000 });
}
