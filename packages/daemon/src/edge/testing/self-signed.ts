import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { EdgeCertificate } from '../../core/edge-certificate.ts';

const DAY_MS = 86_400_000;
const COMMON_NAME = '0603550403';
const SUBJECT_ALT_NAME = '0603551d11';
const ECDSA_WITH_SHA256 = '06082a8648ce3d040302';

/** A certificate that says of itself that it is right, good for some days. */
export function selfSign(hosts: readonly string[]): EdgeCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(fromHex(ECDSA_WITH_SHA256));
  const name = sequence(element(0x31, sequence(fromHex(COMMON_NAME), text(0x0c, hosts[0] ?? ''))));
  const names = sequence(...hosts.map((host) => text(0x82, host)));
  const extension = sequence(fromHex(SUBJECT_ALT_NAME), element(0x04, names));
  const facts = sequence(
    element(0xa0, element(0x02, Buffer.of(2))),
    element(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    name,
    sequence(time(-DAY_MS), time(7 * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(0xa3, sequence(extension)),
  );
  const signature = element(0x03, Buffer.of(0), sign('sha256', facts, privateKey));
  return {
    hosts,
    certificatePem: renderPem(sequence(facts, algorithm, signature)),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return element(0x30, ...parts);
}

/** Tag, length and content as DER has them. */
function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const long = [content.length >> 8, content.length & 0xff];
  const length = content.length < 0x80 ? [content.length] : [0x82, ...long];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function text(tag: number, value: string): Buffer {
  return element(tag, Buffer.from(value));
}

function time(fromNowMs: number): Buffer {
  const at = new Date(Date.now() + fromNowMs).toISOString().replace(/[-:T]|\.\d+/g, '');
  return text(0x17, at.slice(2));
}

function fromHex(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}

function renderPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
