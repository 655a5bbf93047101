import type { QuotaRequest } from '@berth/spec/quota';

/** A user's own limits, where they differ from those of the settings. */
export interface OwnQuota {
  readonly user: string;
  readonly quota: QuotaRequest;
}
