import type { TargetTls } from './target-address.ts';

/** What holds for all routes; named after the program's flags. */
export interface ProxyOptions {
  /** The first part of a route's path is a host. */
  readonly hostRouting: boolean;
  /** Of all routes without host routing, and of the default route; `*`: any that nobody else has. */
  readonly host: string;
  /** The target hears the route's own path too. */
  readonly includePrefix: boolean;
  /** The path of the target's URL stands before each request's. */
  readonly prependPath: boolean;
  /** `X-Forwarded-…` headers are sent. */
  readonly forwards: boolean;
  /** Visitors who come by http are sent to https. */
  readonly requiresTls: boolean;
  /** The target hears its own address as Host. */
  readonly changeOrigin: boolean;
  /** A `Location` that names the target's address is made to name the visitor's. */
  readonly autoRewrite: boolean;
  readonly protocolRewrite?: 'http' | 'https';
  /** Lower-case names. */
  readonly customHeaders: Readonly<Record<string, string>>;
  readonly targetTls: TargetTls;
  /** How long a target may take until its answer begins; 0: for ever. Absent: as long as any app of the edge. */
  readonly answerSeconds?: number;
  /** How long a body or a tunnel may be silent; 0: for ever. */
  readonly idleSeconds?: number;
}

/** As the program behaves without any flag. */
export const defaultProxyOptions: ProxyOptions = {
  hostRouting: false,
  host: '*',
  includePrefix: true,
  prependPath: true,
  forwards: true,
  requiresTls: false,
  changeOrigin: false,
  autoRewrite: false,
  customHeaders: {},
  targetTls: { isTrusted: false },
};
