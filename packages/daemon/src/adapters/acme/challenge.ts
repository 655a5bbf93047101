import { createHash, generateKeyPairSync } from 'node:crypto';
import { Problem } from '@berth/spec/problem';
import type { ChallengeKind } from '../../core/certificate.ts';
import type { Challenge } from '../../ports/certificate-authority.ts';
import { createChallengeCertificate } from './der/challenge-certificate.ts';
import { asObject, type JsonObject, listOf, textOf } from './json-field.ts';
import { problemOf } from './refusal.ts';

/** Whose challenge it is, and with what it is answered. */
interface Answering {
  readonly kind: ChallengeKind;
  readonly authorizationUrl: string;
  readonly thumbprint: string;
  readonly nowMs: number;
}

/** The challenge of this kind in an authorization that waits for one. Throws `authority-refused` where it has none. */
export function readChallenge(authorization: JsonObject, answering: Answering): Challenge {
  const { kind, authorizationUrl, thumbprint, nowMs } = answering;
  const host = textOf(asObject(authorization['identifier']), 'value');
  const challenge = listChallenges(authorization).find((one) => textOf(one, 'type') === kind);
  if (challenge === undefined) throw notOffered(host, kind);
  const token = textOf(challenge, 'token');
  const keyAuthorization = `${token}.${thumbprint}`;
  const place = { url: textOf(challenge, 'url'), authorizationUrl, host };
  if (kind === 'http-01') return { ...place, kind, token, keyAuthorization };
  if (kind === 'dns-01') return { ...place, kind, name: `_acme-challenge.${host}`, value: digestOf(keyAuthorization) };
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    ...place,
    kind,
    certificatePem: createChallengeCertificate({ host, keyAuthorization, nowMs }, privateKey),
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }),
  };
}

/** Why an authorization is not valid: what the authority saw when it looked. */
export function whyUnproven(authorization: JsonObject): Problem {
  const host = textOf(asObject(authorization['identifier']), 'value');
  const error = listChallenges(authorization)
    .map((one) => asObject(one['error']))
    .find((one) => textOf(one, 'type') !== '');
  if (error === undefined)
    return new Problem('domain-unproven', `The authority calls ${host} ${textOf(authorization, 'status')}.`);
  const { code, message } = problemOf(error, 403);
  return new Problem(code, message, { facts: { host } });
}

export function listChallenges(authorization: JsonObject): JsonObject[] {
  return listOf(authorization, 'challenges').map(asObject);
}

/** The value of the TXT record (RFC 8555, 8.4). */
function digestOf(keyAuthorization: string): string {
  return createHash('sha256').update(keyAuthorization).digest('base64url');
}

function notOffered(host: string, kind: ChallengeKind): Problem {
  const advice =
    kind === 'dns-01'
      ? 'Choose another authority.'
      : 'Choose another kind in edge.acme.challenge, or a provider in edge.acme.dns.';
  return new Problem('authority-refused', `The authority does not let ${host} prove itself by ${kind}. ${advice}`);
}
