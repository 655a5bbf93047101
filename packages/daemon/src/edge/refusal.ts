/** Every answer the edge gives in its own name, said once. */
export const refusalTable = {
  'malformed-request': { status: 400, title: 'The request could not be understood' },
  'no-app-here': { status: 404, title: 'There is no app at this address' },
  'method-refused': { status: 405, title: 'This method is not passed on' },
  'expectation-unknown': { status: 417, title: 'This expectation is not understood' },
  'transfer-coding-unknown': { status: 501, title: 'This transfer coding is not understood' },
  'app-unreachable': { status: 502, title: 'The app did not answer' },
  'app-answer-malformed': { status: 502, title: 'The answer of the app could not be understood' },
  'app-unavailable': { status: 503, title: 'The app takes no requests now' },
  'version-unknown': { status: 505, title: 'This version of HTTP is not understood' },
} as const satisfies Record<string, { readonly status: number; readonly title: string }>;

export type RefusalCode = keyof typeof refusalTable;

/** Why the edge answers itself. `detail` is a sentence for the visitor: no address, no error of a library. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly detail: string;
}
