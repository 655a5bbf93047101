/**
 * Every failure Berth can answer with, said once. `status` is read by the HTTP layer only, `retryable` by the
 * reconciler and by clients. Codes are part of the contract: one is never reused for another meaning.
 */
export const problemTable = {
  'malformed-request': { status: 400, retryable: false, title: 'The request could not be read' },
  unauthenticated: { status: 401, retryable: false, title: 'A valid bearer token is needed' },
  forbidden: { status: 403, retryable: false, title: 'The token does not allow this' },
  'policy-refused': { status: 403, retryable: false, title: "The administrator's policy does not allow this" },
  'quota-exceeded': { status: 403, retryable: false, title: "The owner's quota does not allow this" },
  'route-not-found': { status: 404, retryable: false, title: 'There is nothing at this path' },
  'app-not-found': { status: 404, retryable: false, title: 'There is no such app' },
  'release-not-found': { status: 404, retryable: false, title: 'There is no such release' },
  'instance-not-found': { status: 404, retryable: false, title: 'There is no such instance' },
  'operation-not-found': { status: 404, retryable: false, title: 'There is no such operation' },
  'domain-not-found': { status: 404, retryable: false, title: 'The app has no such domain' },
  'engine-not-found': { status: 404, retryable: false, title: 'There is no such engine' },
  'image-request-not-found': { status: 404, retryable: false, title: 'There is no such image request' },
  'image-not-found': { status: 404, retryable: false, title: 'The image does not exist' },
  'user-not-found': { status: 404, retryable: false, title: 'There is no such user' },
  'token-not-found': { status: 404, retryable: false, title: 'There is no such token' },
  'credential-not-found': { status: 404, retryable: false, title: 'There is no such registry credential' },
  'certificate-not-found': { status: 404, retryable: false, title: 'There is no such certificate' },
  'volume-not-found': { status: 404, retryable: false, title: 'The app has no such volume' },
  'upload-not-found': { status: 404, retryable: false, title: 'There is no such upload' },
  'file-not-found': { status: 404, retryable: false, title: 'There is no such file in the instance' },
  'template-not-found': { status: 404, retryable: false, title: 'There is no such template' },
  'spawn-not-found': { status: 404, retryable: false, title: 'There is no such spawn' },
  'method-not-allowed': { status: 405, retryable: false, title: 'This path does not take this method' },
  'name-taken': { status: 409, retryable: false, title: 'The name is already in use' },
  'domain-taken': { status: 409, retryable: false, title: 'The domain is already bound to another app' },
  'port-taken': { status: 409, retryable: false, title: "The host port is another app's" },
  'operation-in-progress': { status: 409, retryable: true, title: 'Another operation on this app is under way' },
  'operation-superseded': { status: 409, retryable: false, title: 'A newer operation took the place of this one' },
  'wrong-state': { status: 409, retryable: false, title: 'The app is not in a state that allows this' },
  'no-room': { status: 409, retryable: true, title: 'There is no room for more' },
  'still-in-use': { status: 409, retryable: false, title: 'Something still uses this' },
  'engine-conflict': { status: 409, retryable: true, title: 'The engine refused because of a conflict' },
  'cursor-expired': { status: 410, retryable: false, title: 'The cursor points to events that are no longer kept' },
  'precondition-failed': { status: 412, retryable: false, title: 'The resource has changed since it was read' },
  'body-too-large': { status: 413, retryable: false, title: 'The request body is too large' },
  'unsupported-media-type': { status: 415, retryable: false, title: 'The content type is not understood' },
  'validation-failed': { status: 422, retryable: false, title: 'A field is not valid' },
  'idempotency-key-reused': {
    status: 422,
    retryable: false,
    title: 'The idempotency key was used for another request',
  },
  'image-refused': { status: 422, retryable: false, title: 'The registry refused to give the image' },
  'deploy-failed': { status: 422, retryable: false, title: 'The release did not come up' },
  'instance-failed': { status: 422, retryable: false, title: 'An instance did not come up' },
  'certificate-refused': { status: 422, retryable: false, title: 'The certificate cannot be used' },
  'authority-refused': { status: 422, retryable: false, title: 'The certificate authority refused' },
  'domain-unproven': { status: 422, retryable: false, title: 'The domain could not be proven to lead here' },
  'too-many-requests': { status: 429, retryable: true, title: 'Too many requests' },
  'authority-limited': {
    status: 429,
    retryable: true,
    title: 'The certificate authority takes no more orders for now',
  },
  internal: { status: 500, retryable: false, title: 'Something went wrong inside Berth' },
  'scale-failed': { status: 500, retryable: true, title: 'The wished number of instances did not come up' },
  'service-undefined': { status: 501, retryable: false, title: 'There is no such service' },
  'engine-failed': { status: 502, retryable: true, title: 'The engine failed' },
  'registry-unreachable': { status: 502, retryable: true, title: 'The registry did not answer' },
  'authority-unreachable': { status: 502, retryable: true, title: 'The certificate authority did not answer' },
  'dns-provider-failed': { status: 502, retryable: true, title: 'The record could not be put into DNS' },
  'engine-unreachable': { status: 503, retryable: true, title: 'The engine does not answer' },
  'edge-unreachable': { status: 503, retryable: true, title: 'The edge process does not answer' },
  'shutting-down': { status: 503, retryable: true, title: 'Berth is shutting down' },
  'engine-timeout': { status: 504, retryable: true, title: 'The engine took too long' },
  'engine-disk-full': { status: 507, retryable: true, title: 'The engine has no disk space left' },
} as const satisfies Record<string, ProblemKind>;

interface ProblemKind {
  readonly status: number;
  readonly retryable: boolean;
  readonly title: string;
}

export type ProblemCode = keyof typeof problemTable;

/** One rejected field: `field` is a JSON pointer-like path such as `ports[0].containerPort`. */
export interface FieldError {
  readonly field: string;
  readonly detail: string;
}

export interface ProblemFacts {
  readonly errors?: readonly FieldError[];
  readonly [name: string]: unknown;
}

/**
 * The one error type. `detail` is a sentence for the caller that ends in what to do next; `facts` go into the
 * problem document as they are, so they must not hold secrets or addresses.
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly facts: ProblemFacts;

  constructor(code: ProblemCode, detail: string, options: { facts?: ProblemFacts; cause?: unknown } = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.facts = options.facts ?? {};
  }

  get retryable(): boolean {
    return problemTable[this.code].retryable;
  }
}

/** True when `error` is a problem, and of one of `codes` where any are given. */
export function isProblem(error: unknown, ...codes: ProblemCode[]): error is Problem {
  return error instanceof Problem && (codes.length === 0 || codes.includes(error.code));
}

/** A validation problem about one field. */
export function fieldProblem(field: string, detail: string): Problem {
  return new Problem('validation-failed', `${field}: ${detail}`, { facts: { errors: [{ field, detail }] } });
}
