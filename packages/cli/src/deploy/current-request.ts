import type { App } from '@berth/client/generated/types.gen';
import type { RequestDraft } from './merge-request.ts';

/** The request that would make the app what it is; owner, engine and replicas stay by themselves, and a deploy starts it. */
export function currentRequest({ spec, domains, route, life }: App): RequestDraft {
  return { ...spec, domains: [...domains], route, life };
}
