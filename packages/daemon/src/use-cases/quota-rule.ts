import { Problem } from '@berth/spec/problem';
import {
  type AppChange,
  isUnlimited,
  type QuotaKind,
  quotaKinds,
  quotaOf,
  quotaUse,
  withUsualLimits,
} from '../core/quota.ts';
import type { Release } from '../core/app.ts';
import type { Context } from './context.ts';

/**
 * Refuses a change that brings the owner over a quota. What makes nothing more passes, so that somebody whose quota was
 * lowered can still stop, redeploy and remove. Every change of an app passes here, whoever asks and by which API.
 */
export function requireQuota(context: Context, change: AppChange): void {
  const { ledger, policy } = context;
  const { owner: user } = change.app;
  const quota = quotaOf(ledger.books, policy.quotas, user);
  if (isUnlimited(quota)) return;
  const before = quotaUse(ledger.books, policy.quotas, { user });
  const after = quotaUse(ledger.books, policy.quotas, { user, change });
  for (const kind of quotaKinds) {
    const limit = quota[kind];
    if (limit !== null && after[kind] > limit && after[kind] > before[kind])
      throw exceeded({ user, kind, limit, before: before[kind], after: after[kind] });
  }
}

/** The release with the limits that its owner's quota asks for, where it has none. */
export function withinQuota({ ledger, policy }: Context, release: Release, owner: string): Release {
  const quota = quotaOf(ledger.books, policy.quotas, owner);
  return { ...release, spec: withUsualLimits(release.spec, quota, policy.quotas) };
}

interface Excess {
  readonly user: string;
  readonly kind: QuotaKind;
  readonly limit: number;
  readonly before: number;
  readonly after: number;
}

interface Wording {
  readonly unit: string;
  readonly of: (amount: number) => number;
  readonly advice: string;
}

const wordings: Readonly<Record<QuotaKind, Wording>> = {
  apps: { unit: 'apps', of: (amount) => amount, advice: 'Remove one' },
  replicas: { unit: 'instances', of: (amount) => amount, advice: 'Stop an app or scale one down' },
  cpus: { unit: 'processors', of: (amount) => amount, advice: 'Stop an app or give one less' },
  memoryBytes: { unit: 'MiB of memory', of: toMebibytes, advice: 'Stop an app or give one less' },
  domains: { unit: 'domains', of: (amount) => amount, advice: 'Remove one' },
};

function exceeded({ user, kind, limit, before, after }: Excess): Problem {
  const { unit, of, advice } = wordings[kind];
  const detail = `"${user}" may have ${of(limit)} ${unit}, has ${of(before)} and would have ${of(after)}. ${advice}, or ask an administrator for more.`;
  const errors = [{ field: kind, detail: `the quota is ${limit}, in use are ${before}, wanted are ${after}` }];
  return new Problem('quota-exceeded', detail, { facts: { errors } });
}

function toMebibytes(bytes: number): number {
  return Math.round((bytes / 1024 ** 2) * 10) / 10;
}
