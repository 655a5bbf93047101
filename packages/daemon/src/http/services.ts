import type { Logger } from 'pino';
import type { Dialect } from '../dialect-kit/dialect.ts';
import type { RequestCounts } from './metric/request-counts.ts';
import type { OperationCounts } from './metric/operation-counts.ts';
import type { OpenApiDocument } from './openapi/openapi-document.ts';
import type { RenderedViews } from './rendered-views.ts';

/** How the HTTP side stands in its surroundings; main gives it. */
export interface HttpOptions {
  readonly logger: Logger;
  /** Whether requests that need engines and the edge would do well now, and why not. */
  readonly readiness: () => { readonly ready: boolean; readonly reason: string | null };
  /** Checks every answer against its schema, for tests; an answer that is not as declared becomes a 500. */
  readonly checkAnswers?: boolean;
  /** Older APIs under a prefix of this one. */
  readonly dialects?: readonly { readonly prefix: string; readonly dialect: Dialect }[];
  /** Time between the comments that keep event streams open. Default: 15 s. */
  readonly heartbeatMs?: number;
}

/** What endpoints share beyond the use-cases. */
export interface Services {
  readonly options: HttpOptions;
  readonly views: RenderedViews;
  readonly requests: RequestCounts;
  readonly operations: OperationCounts;
  /** Rendered at its first use. */
  readonly document: () => OpenApiDocument;
  /** Aborts when the server begins to close. */
  readonly closing: AbortSignal;
}
