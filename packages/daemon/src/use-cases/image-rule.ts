import { fieldProblem, Problem } from '@berth/spec/problem';
import type { App, Release } from '../core/app.ts';
import type { Books } from '../core/books.ts';
import { imageKey, parseImageName, repositoryKey, shortRepository } from '../core/image-name.ts';
import { isAllowedImage, openImagePolicy } from '../core/image-policy.ts';
import type { ImageRequest } from '../core/image-request.ts';
import type { Context } from './context.ts';

/** An image by its name, on one engine. */
export interface ImagePlace {
  readonly engine: string;
  readonly reference: string;
}

/** The one content that a reference may be used for. */
export interface ApprovedContent {
  /** `sha256:…`; null for an image of no registry. */
  readonly digest: string | null;
  readonly imageId: string | null;
}

/**
 * The one place that says which image a release may be of. A release whose content is not known yet is pinned to what was
 * approved; one that is made after an older one must be of content that was. Administrators are bound as well: what runs
 * must be what the record of requests says.
 */
export function admitRelease(context: Context, app: App, release: Release): Release {
  const place = { engine: app.engine, reference: release.spec.image };
  refuseImageId(place.reference);
  if (release.imageId !== null) {
    requireContent(context, place, release);
    return release;
  }
  const approved = requireApproved(context, place);
  return approved?.digest ? { ...release, digest: `${shortRepository(place.reference)}@${approved.digest}` } : release;
}

/** Null where the policy asks for no approval; throws `policy-refused` where there is none. */
export function requireApproved(context: Context, place: ImagePlace): ApprovedContent | null {
  const policy = context.policy.images ?? openImagePolicy;
  if (isAllowedImage(policy, place.reference)) return null;
  if (policy.mode === 'deny') throw denied(place);
  const request = findApproval(context.ledger.books, place);
  if (request === undefined) throw unapproved(context.ledger.books, place);
  return request;
}

/** True when apps may be made of it, as far as the policy goes. */
export function isApproved(context: Context, place: ImagePlace): boolean {
  const policy = context.policy.images ?? openImagePolicy;
  if (isAllowedImage(policy, place.reference)) return true;
  return policy.mode === 'approval' && findApproval(context.ledger.books, place) !== undefined;
}

/** Engines would take `sha256:…` for the id of an image, whatever its name and whoever it came by. */
export function refuseImageId(reference: string): void {
  if (/^sha256(?::|$)/.test(reference))
    throw fieldProblem('image', 'must be a name such as registry.example.org/team/app:1.2, not the id of an image');
}

/** Why nobody may use it. */
export function denied({ reference }: ImagePlace): Problem {
  return new Problem(
    'policy-refused',
    `The image "${reference}" is not among those that the policy allows; use one of these, or ask an administrator to add it to images.policy.allow.`,
  );
}

/** The request that a reference may be used by; content that was approved under one name may be named by its digest too. */
function findApproval(books: Readonly<Books>, { engine, reference }: ImagePlace): ImageRequest | undefined {
  const key = imageKey(reference);
  const { digest } = parseImageName(reference);
  return [...books.shelves.imageRequest.values()].find(
    (request) =>
      request.engine === engine &&
      isGiven(request) &&
      (request.key === key ||
        (digest !== null && request.digest === digest && sameRepository(request.reference, reference))),
  );
}

/** Also while what was removed is pulled again. */
function isGiven({ state, imageId }: ImageRequest): boolean {
  return state === 'ready' || (state === 'approved' && imageId !== null);
}

/** The name must be approved now; the content may be what it was approved for earlier. */
function requireContent(context: Context, place: ImagePlace, release: Release): void {
  if (requireApproved(context, place) === null) return;
  const digest = release.digest?.replace(/^.*@/, '') ?? null;
  const approved = [...context.ledger.books.shelves.imageRequest.values()].some(
    (request) =>
      request.engine === place.engine &&
      (isGiven(request) || request.state === 'superseded') &&
      sameRepository(request.reference, place.reference) &&
      (request.imageId === release.imageId || (digest !== null && request.digest === digest)),
  );
  if (approved) return;
  throw new Problem(
    'policy-refused',
    `Release content ${release.digest ?? release.imageId ?? ''} of "${place.reference}" was never approved; deploy what is, or ask for it by its digest.`,
  );
}

function unapproved(books: Readonly<Books>, { engine, reference }: ImagePlace): Problem {
  const key = imageKey(reference);
  const request = [...books.shelves.imageRequest.values()].findLast(
    (one) => one.engine === engine && one.key === key && one.state !== 'superseded',
  );
  const facts = request === undefined ? {} : { request: request.id };
  const detail = `The image "${reference}" is not approved on engine "${engine}"; ${whatNext(request)}`;
  return new Problem('policy-refused', detail, { facts });
}

function whatNext(request: ImageRequest | undefined): string {
  switch (request?.state) {
    case 'pending':
      return 'it is asked for, and an administrator has to decide.';
    case 'approved':
      return 'it is being pulled; try again when it is there.';
    case 'rejected':
      return `an administrator rejected it${request.reason === null ? '' : `: ${request.reason}`}. Ask again with POST /v1/image-requests.`;
    default:
      return 'ask for it with POST /v1/image-requests.';
  }
}

function sameRepository(one: string, other: string): boolean {
  return repositoryKey(one) === repositoryKey(other);
}
