import type { Role, Scope } from '@berth/spec/access';

/** Times are epoch milliseconds. */
export interface User {
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
}

export interface Token {
  readonly id: string;
  readonly user: string;
  readonly label: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the secret, in hexadecimal. */
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

/** A registry credential of an owner. */
export interface Credential {
  readonly name: string;
  readonly owner: string;
  readonly registry: string;
  readonly username: string;
  readonly password: string;
  readonly createdAt: number;
}
