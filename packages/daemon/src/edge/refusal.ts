/** Every answer the edge gives in its own name, said once. */
export const refusalTable = {
  elsewhere: { status: 308, title: 'This is found at another address' },
  'malformed-request': { status: 400, title: 'The request could not be understood' },
  'https-needed': { status: 403, title: 'This address is served by https only' },
  'no-app-here': { status: 404, title: 'There is no app at this address' },
  'method-refused': { status: 405, title: 'This method is not passed on' },
  'request-too-slow': { status: 408, title: 'The request came too slowly' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'target-too-long': { status: 414, title: 'The address is too long' },
  'expectation-unknown': { status: 417, title: 'This expectation is not understood' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'head-too-large': { status: 431, title: 'The headers are too long' },
  'transfer-coding-unknown': { status: 501, title: 'This transfer coding is not understood' },
  'no-websocket-here': { status: 501, title: 'This app opens no WebSocket' },
  'app-unreachable': { status: 502, title: 'The app did not answer' },
  'app-answer-malformed': { status: 502, title: 'The answer of the app could not be understood' },
  'app-unavailable': { status: 503, title: 'The app takes no requests now' },
  'app-busy': { status: 503, title: 'The app has all the visitors it takes at a time' },
  'app-in-maintenance': { status: 503, title: 'The app is being worked on' },
  'app-silent': { status: 504, title: 'The app took too long to answer' },
  'version-unknown': { status: 505, title: 'This version of HTTP is not understood' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

type RefusalCode = keyof typeof refusalTable;

/** Why the edge answers itself. `detail` is a sentence for the visitor: no address, no error of a library. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly detail: string;
  /** In place of the table's: a redirect has one of four. */
  readonly status?: number;
  /** Beside those of every page: name, value, name, value … */
  readonly headers?: readonly string[];
}

export function statusOf({ code, status }: Refusal): number {
  return status ?? refusalTable[code].status;
}
