import { X509Certificate } from 'node:crypto';
import { type DerElement, readDer } from './read-der.ts';

const authorityKeyIdentifier = Buffer.from('551d23', 'hex');
const sequenceTag = 0x30;
const extensionsTag = 0xa3;

/**
 * How renewal information names a certificate (RFC 9773, 4.1): the issuer's key identifier and the serial number, both in
 * base64url. Undefined for one that does not name its issuer's key.
 */
export function findCertificateIdentifier(pem: string): string | undefined {
  const [whole] = readDer(new X509Certificate(pem).raw);
  const [content] = whole === undefined ? [] : readDer(whole.content);
  const fields = content === undefined ? [] : readDer(content.content);
  const serial = fields.find(({ tag }) => tag === 0x02);
  const keyIdentifier = findKeyIdentifier(fields);
  if (serial === undefined || keyIdentifier === undefined) return undefined;
  return `${keyIdentifier.toString('base64url')}.${serial.content.toString('base64url')}`;
}

/** The first field of the extension, `[0] IMPLICIT` (RFC 5280, 4.2.1.1). */
function findKeyIdentifier(fields: readonly DerElement[]): Buffer | undefined {
  const extension = listExtensions(fields).find(([oid]) => oid?.content.equals(authorityKeyIdentifier));
  const [value] = readDer(extension?.at(-1)?.content ?? Buffer.alloc(0));
  return value === undefined ? undefined : readDer(value.content).find(({ tag }) => tag === 0x80)?.content;
}

function listExtensions(fields: readonly DerElement[]): DerElement[][] {
  const [list] = readDer(fields.find(({ tag }) => tag === extensionsTag)?.content ?? Buffer.alloc(0));
  const extensions = readDer(list?.content ?? Buffer.alloc(0));
  return extensions.filter(({ tag }) => tag === sequenceTag).map(({ content }) => readDer(content));
}
