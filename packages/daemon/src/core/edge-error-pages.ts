import type { EdgeTarget } from './route-table.ts';

/**
 * Whose pages visitors see where no route or no target takes their request, instead of the edge's own. An edge with such
 * pages knows two states only, as they do: 404, no route, and 503, no answer; 502 and 504 become 503.
 */
export interface EdgeErrorPages {
  /** Asked for `<target>/<status>?url=<path and query>`; http or https. */
  readonly target?: string;
  /** For an https target. */
  readonly tls?: NonNullable<EdgeTarget['tls']>;
  /** A folder with `<status>.html` and, for all others, `error.html`. */
  readonly folder?: string;
}
