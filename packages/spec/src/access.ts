import { z } from 'zod';
import { Instant } from './instant.ts';
import { ShortName, UserName } from './name.ts';
import { Quota, QuotaRequest, QuotaUse } from './quota.ts';

export const Role = z.enum(['admin', 'user']).meta({ id: 'Role' });

export const Scope = z.enum(['read', 'deploy', 'operate', 'exec', 'admin']).meta({
  id: 'Scope',
  description:
    'read: see. deploy: create, change, remove. operate: start, stop, scale, … exec: run commands and copy files. admin: users, tokens, engines, other owners.',
});

export const User = z.strictObject({ name: UserName, role: Role, createdAt: Instant }).meta({ id: 'User' });

export const UserRequest = z
  .strictObject({
    role: Role.optional().describe('Default: user, or what the user has.'),
    quota: QuotaRequest.nullable()
      .optional()
      .describe('Takes the place of the user’s own limits: {} for those of the settings, null for none at all.'),
  })
  .meta({ id: 'UserRequest' });

export const UserDetail = User.extend({
  quota: Quota,
  ownQuota: QuotaRequest.describe('What of it is said of this user; the rest is as the settings have it.'),
  use: QuotaUse,
}).meta({
  id: 'UserDetail',
  description: 'A user, what the apps come to, and what they may come to.',
});

export const Token = z
  .strictObject({
    id: z.string(),
    user: UserName,
    label: z.string(),
    scopes: z.array(Scope),
    createdAt: Instant,
    expiresAt: Instant.nullable(),
    lastUsedAt: Instant.nullable(),
  })
  .meta({ id: 'Token' });

export const TokenRequest = z
  .strictObject({
    user: UserName.optional().describe('Default: the caller. Only administrators may name another.'),
    label: z
      .string()
      .max(120)
      .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters')
      .default(''),
    scopes: z.array(Scope).min(1).max(5).default(['read', 'deploy', 'operate', 'exec']),
    expiresInSeconds: z
      .int()
      .min(1)
      .max(10 * 365 * 86_400)
      .optional()
      .describe('Default: it does not expire.'),
  })
  .meta({ id: 'TokenRequest' });

export const NewToken = Token.extend({ secret: z.string().describe('Shown once; only its hash is kept.') }).meta({
  id: 'NewToken',
});

export const Credential = z
  .strictObject({ name: ShortName, owner: UserName, registry: z.string(), username: z.string(), createdAt: Instant })
  .meta({ id: 'Credential', description: 'A registry credential; its password is never given back.' });

export const CredentialRequest = z
  .strictObject({
    registry: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[A-Za-z0-9.-]+(?::[0-9]{1,5})?$/, 'must be host or host:port'),
    username: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\u0000-\u001f\u007f]+$/, 'must not hold control characters'),
    password: z
      .string()
      .min(1)
      .max(16 * 1024),
  })
  .meta({ id: 'CredentialRequest' });

export type Role = z.output<typeof Role>;
export type Scope = z.output<typeof Scope>;
export type User = z.output<typeof User>;
export type UserDetail = z.output<typeof UserDetail>;
export type UserRequest = z.output<typeof UserRequest>;
export type Token = z.output<typeof Token>;
export type NewToken = z.output<typeof NewToken>;
export type TokenRequest = z.output<typeof TokenRequest>;
export type Credential = z.output<typeof Credential>;
export type CredentialRequest = z.output<typeof CredentialRequest>;
