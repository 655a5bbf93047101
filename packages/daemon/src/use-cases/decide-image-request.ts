import { Problem } from '@berth/spec/problem';
import type { Books } from '../core/books.ts';
import { isAllowedImage, openImagePolicy } from '../core/image-policy.ts';
import { type ImageRequest, isUnderWay } from '../core/image-request.ts';
import { type Actor, authorize } from './actor.ts';
import type { Context } from './context.ts';
import { imageNews, putRequest } from './end-image-request.ts';
import { findCredential, findSame, getImageRequest } from './image-requests.ts';
import { denied } from './image-rule.ts';
import type { Entry } from './ledger.ts';

/** An administrator lets the image be used: it is pulled, and pinned to what came. */
export function approveImage(
  context: Context,
  actor: Actor,
  decision: {
    readonly id: string;
    readonly reason?: string | undefined;
    readonly registryCredential?: string | undefined;
  },
): Promise<ImageRequest> {
  authorize(actor, { scope: 'admin', owner: null });
  return context.ledger.write((books) => {
    const request = getImageRequest(books, actor, decision.id);
    if (request.state === 'approved' || request.state === 'ready') return { changes: [], result: request };
    requireCurrent(books, request);
    const policy = context.policy.images ?? openImagePolicy;
    if (policy.mode === 'deny' && !isAllowedImage(policy, request.reference)) throw denied(request);
    const credential = findCredential(books, actor, decision.registryCredential);
    return decided(context, actor, {
      ...request,
      state: 'approved',
      reason: decision.reason ?? null,
      failure: null,
      credential: credential === null ? request.credential : { ...credential, isForAll: true },
    });
  });
}

/** An administrator refuses the image, or takes an approval back. Apps that were made of it go on. */
export function rejectImage(
  context: Context,
  actor: Actor,
  decision: { readonly id: string; readonly reason?: string | undefined },
): Promise<ImageRequest> {
  authorize(actor, { scope: 'admin', owner: null });
  return context.ledger.write((books) => {
    const request = getImageRequest(books, actor, decision.id);
    if (request.state === 'rejected') return { changes: [], result: request };
    if (request.state === 'superseded') throw overtaken(request);
    return decided(context, actor, { ...request, state: 'rejected', reason: decision.reason ?? null });
  });
}

function decided(context: Context, actor: Actor, request: ImageRequest): Entry<ImageRequest> {
  const now = context.clock.now();
  const next = { ...request, decidedBy: actor.user, decidedAt: now, updatedAt: now };
  const kind = request.state === 'approved' ? 'image.approved' : 'image.rejected';
  const why = request.reason === null ? '' : `: ${request.reason}`;
  const news = [imageNews(next, kind, `${request.reference} on "${request.engine}", by ${actor.user}${why}`)];
  return { changes: [putRequest(next)], news, result: next };
}

/** A request that was decided once may be decided again, unless another one for the same has taken its place. */
function requireCurrent(books: Readonly<Books>, request: ImageRequest): void {
  const other = findSame(books, request, (one) => isUnderWay(one) && one.id !== request.id);
  if (request.state === 'superseded' || other !== undefined) throw overtaken(request, other);
}

function overtaken({ id }: ImageRequest, other?: ImageRequest): Problem {
  const detail = `A later request for the same image has taken the place of ${id}; decide that one${other === undefined ? '' : `: ${other.id}`}.`;
  return new Problem('wrong-state', detail);
}
