import { createHash, createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';

/** An account's key, as requests are signed with it. */
export interface SigningKey {
  readonly key: KeyObject;
  /** RFC 7517, members in the order of RFC 7638. */
  readonly jwk: Readonly<Record<string, string>>;
  /** RFC 7638. */
  readonly thumbprint: string;
}

/** Reads an EC key of P-256. */
export function readSigningKey(keyPem: string): SigningKey {
  const key = createPrivateKey(keyPem);
  const { crv = '', kty = '', x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  const jwk = { crv, kty, x, y };
  return { key, jwk, thumbprint: createHash('sha256').update(JSON.stringify(jwk)).digest('base64url') };
}

/** A flattened JWS (RFC 7515) signed with ES256; `null` for the empty payload of POST-as-GET (RFC 8555, 6.3). */
export function signRequest(header: Readonly<Record<string, unknown>>, payload: object | null, key: KeyObject): string {
  const protectedPart = encode({ alg: 'ES256', ...header });
  const payloadPart = payload === null ? '' : encode(payload);
  const signature = sign('sha256', Buffer.from(`${protectedPart}.${payloadPart}`), { key, dsaEncoding: 'ieee-p1363' });
  return JSON.stringify({
    protected: protectedPart,
    payload: payloadPart,
    signature: signature.toString('base64url'),
  });
}

/** A key that the authority gave out by other ways, to bind an account to one that its owner has there. */
export interface AccountBinding {
  readonly keyId: string;
  /** In base64url. */
  readonly hmacKey: string;
}

/** The `externalAccountBinding` of a new account (RFC 8555, 7.3.4). */
export function bindAccount(binding: AccountBinding, url: string, jwk: object): object {
  const protectedPart = encode({ alg: 'HS256', kid: binding.keyId, url });
  const payload = encode(jwk);
  const signature = createHmac('sha256', Buffer.from(binding.hmacKey, 'base64url'))
    .update(`${protectedPart}.${payload}`)
    .digest('base64url');
  return { protected: protectedPart, payload, signature };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
