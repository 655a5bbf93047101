import type { AuthorityAccount, ChallengeKind } from '../core/certificate.ts';

/**
 * Issues certificates for hosts that prove to lead here, in steps, so that a restart can go on in the middle. Rejects with
 * `authority-unreachable`, `authority-limited` (its facts: `retryAfterMs`, and `isBusy` where it is so for every order), `authority-refused`, and with
 * `domain-unproven` where a host did not prove itself.
 */
export interface CertificateAuthority {
  /** Asks for a certificate of these hosts. `replaces` is the one (PEM) that it is to follow. */
  openOrder(request: { readonly hosts: readonly string[]; readonly replaces: string | null }): Promise<AuthorityOrder>;
  /** The order as it is now; undefined once the authority knows it no more. */
  findOrder(url: string): Promise<AuthorityOrder | undefined>;
  /** What is still to be proven, one challenge of this kind for each host. */
  listChallenges(orderUrl: string, kind: ChallengeKind): Promise<readonly Challenge[]>;
  /** Says that the challenge is answered here, and resolves once the authority has seen it. */
  prove(challenge: Challenge, signal: AbortSignal): Promise<void>;
  /** Once all is proven: the certificate for this key, as PEM, leaf first. Also what was asked for before a restart. */
  obtain(orderUrl: string, keyPem: string, signal: AbortSignal): Promise<string>;
  /** When the authority would like to see it renewed; undefined where it does not say. */
  findRenewalWindow(certificatePem: string): Promise<RenewalWindow | undefined>;
  close(): void;
}

export interface AuthorityOrder {
  readonly url: string;
  readonly state: 'pending' | 'ready' | 'processing' | 'valid' | 'invalid';
  /** Why it is invalid. */
  readonly reason: string | null;
}

/** What is to be answered where, until the authority has looked. */
export type Challenge = { readonly url: string; readonly authorizationUrl: string; readonly host: string } & (
  | { readonly kind: 'http-01'; readonly token: string; readonly keyAuthorization: string }
  | { readonly kind: 'tls-alpn-01'; readonly certificatePem: string; readonly keyPem: string }
  /** A TXT record. */
  | { readonly kind: 'dns-01'; readonly name: string; readonly value: string }
);

/** Renewal information (RFC 9773): epoch ms. */
export interface RenewalWindow {
  readonly startMs: number;
  readonly endMs: number;
  /** A page that says why, when something happened. */
  readonly explanationUrl: string | null;
  /** Not to be asked for again before. */
  readonly checkAgainAtMs: number;
}

/** Where the account at the authority is kept between starts. */
export interface AccountVault {
  find(): AuthorityAccount | undefined;
  /** Resolves once it is durable. */
  keep(account: AuthorityAccount): Promise<void>;
}
