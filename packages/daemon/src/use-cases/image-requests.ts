import type { ImagePull, ImageRequest as ImageRequestResource } from '@berth/spec/image-request';
import { renderInstant } from '@berth/spec/instant';
import { ImageReference } from '@berth/spec/name';
import { fieldProblem, isProblem, Problem } from '@berth/spec/problem';
import { type Books, credentialKey } from '../core/books.ts';
import { guardKey, isHolder } from '../core/guarded-repository.ts';
import { engineReference, imageKey, repositoryKey } from '../core/image-name.ts';
import { isAllowedImage, openImagePolicy } from '../core/image-policy.ts';
import { type ImageRequest, isUnderWay } from '../core/image-request.ts';
import { parsePart } from '../core/parse-part.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import { requireEngine } from './app-access.ts';
import { Bell } from './bell.ts';
import type { Context } from './context.ts';
import { imageNews, putRequest } from './end-image-request.ts';
import { denied, type ImagePlace, isApproved, refuseImageId, requireApproved } from './image-rule.ts';
import type { Entry } from './ledger.ts';

export interface ImageWish {
  readonly reference: string;
  /** Default: the default engine. */
  readonly engine?: string | undefined;
  readonly purpose?: string | undefined;
  /** The name of a credential of the one who asks. */
  readonly registryCredential?: string | undefined;
  /** True: also when it is approved, for what the name means now. */
  readonly renew?: boolean | undefined;
}

/** How long to wait for the end of a pull; without a bound unless said. */
export interface Patience {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const pendingPerUser = 50;
/** How long it may take until it is seen that the engine has gone. */
const lookEveryMs = 5_000;

/**
 * Asks that an image may be used. Where the policy needs nobody to decide, the pull begins at once. Whoever asks for what is
 * asked for already joins that request; what is approved is asked for again only with `renew`.
 */
export async function askForImage(context: Context, actor: Actor, wish: ImageWish): Promise<ImageRequest> {
  authorize(actor, { scope: 'deploy', owner: actor.user });
  const place = parsePlace(context, wish);
  const isThere = await isPresent(context, place);
  return context.ledger.write((books) => decideAsking(context, actor, { ...wish, ...place, books, isThere }));
}

/**
 * The same, and waits: resolves to the request once nobody has to do anything, or somebody has to decide. Rejects with
 * `engine-unreachable` when the engine goes meanwhile; the request stays, and is pulled when it is back.
 */
export async function requestImage(
  context: Context,
  actor: Actor,
  wish: ImageWish & Pick<Patience, 'signal'>,
): Promise<ImageRequest> {
  const { signal = new AbortController().signal } = wish;
  let request = await askForImage(context, actor, wish);
  while (request.state === 'approved' && !signal.aborted) {
    requireEngine(context, request.engine);
    request = await awaitImageRequest(context, actor, { id: request.id, timeoutMs: lookEveryMs, signal });
  }
  return request;
}

/**
 * True when an app can be made of the image as things stand: it is on the engine, the policy lets it be used there, and it did
 * not come by the credential of anybody but `owner`. Never pulls; rejects when the engine does not answer.
 */
export async function isImageUsable(
  context: Context,
  place: ImagePlace & { readonly owner?: string | undefined },
): Promise<boolean> {
  if (!ImageReference.safeParse(place.reference).success || !isApproved(context, place)) return false;
  const engine = context.engines.get(place.engine);
  if (engine === undefined) return false;
  try {
    refuseImageId(place.reference);
    const { id } = await engine.images.inspect(contentOf(context, place));
    const guard = context.ledger.books.shelves.guardedRepository.get(
      guardKey(place.engine, repositoryKey(place.reference)),
    );
    return isHolder(guard, { imageId: id, owner: place.owner ?? null });
  } catch (error) {
    if (isProblem(error, 'image-not-found', 'validation-failed')) return false;
    throw error;
  }
}

/** The requests that the actor may see, newest first. */
export function listImageRequests(
  context: Context,
  actor: Actor,
  filter: { readonly state?: ImageRequest['state'] | undefined } = {},
): ImageRequestResource[] {
  authorize(actor, { scope: 'read', owner: actor.user });
  return [...context.ledger.books.shelves.imageRequest.values()]
    .filter((request) => isVisible(actor, request) && (filter.state ?? request.state) === request.state)
    .toReversed()
    .map((request) => viewImageRequest(context, actor, request));
}

/** The request of that id, for administrators and those who asked; `image-request-not-found` for everybody else. */
export function getImageRequest(books: Readonly<Books>, actor: Actor, id: string): ImageRequest {
  authorize(actor, { scope: 'read', owner: actor.user });
  const request = books.shelves.imageRequest.get(id);
  if (request !== undefined && isVisible(actor, request)) return request;
  throw new Problem(
    'image-request-not-found',
    `There is no image request "${id}"; GET /v1/image-requests lists yours.`,
  );
}

/** Resolves once it is neither being pulled nor about to be; at the timeout, and when `signal` aborts, to how it stands. */
export async function awaitImageRequest(
  context: Context,
  actor: Actor,
  { id, timeoutMs, signal }: Patience & { readonly id: string },
): Promise<ImageRequest> {
  const timeout = new AbortController();
  const bell = new Bell();
  const cancel = timeoutMs === undefined ? () => {} : context.clock.after(timeoutMs, () => timeout.abort());
  const stop = context.ledger.listen({ onShelves: () => bell.ring() });
  const ending = AbortSignal.any(signal === undefined ? [timeout.signal] : [timeout.signal, signal]);
  try {
    let request = getImageRequest(context.ledger.books, actor, id);
    while (request.state === 'approved' && !ending.aborted) {
      await bell.wait(ending);
      request = getImageRequest(context.ledger.books, actor, id);
    }
    return request;
  } finally {
    cancel();
    stop();
  }
}

export function viewImageRequest(context: Context, actor: Actor, request: ImageRequest): ImageRequestResource {
  const { id, engine, reference: image, state, decidedBy, decidedAt, reason, failure, digest, imageId } = request;
  const owner = visibleOwner(actor);
  const askers = request.askers
    .filter(({ user }) => owner === null || user === owner)
    .map(({ user, purpose, at }) => ({ user, purpose, at: renderInstant(at) }));
  const times = { createdAt: renderInstant(request.createdAt), updatedAt: renderInstant(request.updatedAt) };
  const outcome = { decidedBy, decidedAt: decidedAt === null ? null : renderInstant(decidedAt), reason, failure };
  return { id, engine, image, state, askers, ...outcome, digest, imageId, pull: viewPull(context, request), ...times };
}

function viewPull(context: Context, { id, state }: ImageRequest): ImagePull | null {
  const progress = state === 'approved' ? context.imagePulls.find(id) : undefined;
  if (progress === undefined) return null;
  const { currentBytes, totalBytes } = progress;
  const percent = totalBytes === 0 ? null : Math.min(100, Math.floor((1000 * currentBytes) / totalBytes) / 10);
  return { percent, ...progress };
}

function parsePlace(context: Context, wish: ImageWish): ImagePlace {
  const reference = parsePart(ImageReference, wish.reference, 'image');
  refuseImageId(reference);
  const engine = wish.engine ?? context.policy.defaultEngine;
  if (!context.engines.has(engine)) throw fieldProblem('engine', `there is no engine "${engine}"`);
  return { reference, engine };
}

/** What is approved may have been removed from its engine; one that does not answer is taken at its record. */
async function isPresent(context: Context, place: ImagePlace): Promise<boolean> {
  const ready = findReady(context.ledger.books, place);
  if (ready === undefined || ready.imageId === null || !context.fleet.engine(place.engine).connected) return true;
  try {
    await context.engines.get(place.engine)?.images.inspect(ready.imageId);
    return true;
  } catch (error) {
    return !isProblem(error, 'image-not-found');
  }
}

type Asking = ImageWish & ImagePlace & { readonly books: Readonly<Books>; readonly isThere: boolean };

function decideAsking(context: Context, actor: Actor, asking: Asking): Entry<ImageRequest> {
  const { books, reference } = asking;
  const policy = context.policy.images ?? openImagePolicy;
  const isFree = isAllowedImage(policy, reference);
  if (policy.mode === 'deny' && !isFree) throw denied(asking);
  const underWay = findSame(books, asking, isUnderWay);
  if (underWay !== undefined) return join(context, actor, { request: underWay, purpose: asking.purpose ?? '' });
  const ready = findReady(books, asking);
  if (ready !== undefined && !isFree && asking.renew !== true) return useAgain(context, actor, { ...asking, ready });
  if (isFree) requireEngine(context, asking.engine);
  else requireFewPending(books, actor);
  return begin(context, actor, { ...asking, isFree });
}

function begin(context: Context, actor: Actor, asking: Asking & { readonly isFree: boolean }): Entry<ImageRequest> {
  const { books, reference, engine, purpose = '', isFree } = asking;
  const at = context.clock.now();
  const credential = findCredential(books, actor, asking.registryCredential);
  const request: ImageRequest = {
    id: context.clock.newId(),
    engine,
    reference,
    key: imageKey(reference),
    askers: [{ user: actor.user, purpose, at }],
    state: isFree ? 'approved' : 'pending',
    decidedBy: null,
    decidedAt: isFree ? at : null,
    reason: null,
    credential: credential === null ? null : { ...credential, isForAll: false },
    failure: null,
    digest: null,
    imageId: null,
    createdAt: at,
    updatedAt: at,
  };
  const news = [imageNews(request, 'image.requested', `${reference} on "${engine}", asked for by ${actor.user}`)];
  return { changes: [putRequest(request)], news, result: request };
}

function join(
  context: Context,
  actor: Actor,
  { request, purpose }: { request: ImageRequest; purpose: string },
): Entry<ImageRequest> {
  if (request.askers.some(({ user }) => user === actor.user)) return { changes: [], result: request };
  const at = context.clock.now();
  const joined = { ...request, askers: [...request.askers, { user: actor.user, purpose, at }], updatedAt: at };
  return { changes: [putRequest(joined)], result: joined };
}

/** Joins those who asked; the very content that was approved is pulled again where it is gone. */
function useAgain(
  context: Context,
  actor: Actor,
  { ready, purpose = '', isThere }: Asking & { readonly ready: ImageRequest },
): Entry<ImageRequest> {
  const entry = join(context, actor, { request: ready, purpose });
  if (isThere || ready.digest === null) return entry;
  const updatedAt = context.clock.now();
  const again: ImageRequest = { ...entry.result, state: 'approved', failure: null, updatedAt };
  return { changes: [putRequest(again)], result: again };
}

function findReady(books: Readonly<Books>, place: ImagePlace): ImageRequest | undefined {
  return findSame(books, place, ({ state }) => state === 'ready');
}

/** One for the same image on the same engine. */
export function findSame(
  books: Readonly<Books>,
  { engine, reference }: ImagePlace,
  isMeant: (request: ImageRequest) => boolean,
): ImageRequest | undefined {
  const key = imageKey(reference);
  return [...books.shelves.imageRequest.values()].find(
    (request) => request.engine === engine && request.key === key && isMeant(request),
  );
}

function requireFewPending(books: Readonly<Books>, actor: Actor): void {
  const pending = [...books.shelves.imageRequest.values()].filter(
    ({ state, askers }) => state === 'pending' && askers[0]?.user === actor.user,
  );
  if (pending.length < pendingPerUser) return;
  throw new Problem('policy-refused', `${pendingPerUser} requests of yours wait for a decision; wait for these first.`);
}

/** Null for none; refuses one that the actor does not have. */
export function findCredential(
  books: Readonly<Books>,
  { user: owner }: Actor,
  name: string | undefined,
): { owner: string; name: string } | null {
  if (name === undefined) return null;
  if (!books.credentials.has(credentialKey({ owner, name })))
    throw fieldProblem('registryCredential', `"${owner}" has no credential "${name}"`);
  return { owner, name };
}

function isVisible(actor: Actor, { askers }: ImageRequest): boolean {
  const owner = visibleOwner(actor);
  return owner === null || askers.some(({ user }) => user === owner);
}

/** What an app would be made of. */
function contentOf(context: Context, place: ImagePlace): string {
  return requireApproved(context, place)?.imageId ?? engineReference(place.reference);
}
