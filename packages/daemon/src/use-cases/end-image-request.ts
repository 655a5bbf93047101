import type { EventKind } from '@berth/spec/event';
import type { Change } from '../core/change.ts';
import type { ImageRequest } from '../core/image-request.ts';
import type { PullProgress } from '../ports/engine.ts';
import type { Context } from './context.ts';
import type { News } from './ledger.ts';

type End = { readonly imageId: string; readonly digest: string | null } | { readonly failure: string };

/** Writes down how the pull of an approved request ended; one that was decided otherwise meanwhile is left alone. */
export function endImageRequest(context: Context, id: string, end: End): Promise<void> {
  return context.ledger.write((books) => {
    const request = books.shelves.imageRequest.get(id);
    if (request?.state !== 'approved') return { changes: [], result: undefined };
    const next = { ...request, ...outcome(request, end), updatedAt: context.clock.now() };
    const earlier =
      'failure' in end
        ? []
        : [...books.shelves.imageRequest.values()].filter((one) => one.id !== id && isSame(one, next));
    const changes = [next, ...earlier.map((one): ImageRequest => ({ ...one, state: 'superseded' }))].map(putRequest);
    const detail = 'failure' in end ? end.failure : `${request.reference} is there${pinned(end.digest)}.`;
    const kind = 'failure' in end ? 'image.failed' : 'image.ready';
    return { changes, news: [imageNews(next, kind, detail)], result: undefined };
  });
}

/** What was there before stays approved, though it could not be pulled again. */
function outcome(request: ImageRequest, end: End): Partial<ImageRequest> {
  if (!('failure' in end)) return { ...end, state: 'ready', failure: null };
  return { failure: end.failure, state: request.imageId === null ? 'failed' : 'ready' };
}

function isSame(one: ImageRequest, other: ImageRequest): boolean {
  return one.state === 'ready' && one.engine === other.engine && one.key === other.key;
}

function pinned(digest: string | null): string {
  return digest === null ? ', from no registry' : `, pinned to ${digest}`;
}

export function putRequest(record: ImageRequest): Change {
  return { kind: 'shelf.put', item: { shelf: 'imageRequest', key: record.id, record } };
}

/** Told to the one who asked first. */
export function imageNews(request: ImageRequest, kind: EventKind, detail: string): News {
  return { kind, app: null, owner: request.askers[0]?.user ?? null, operation: null, detail };
}

/** How far it is goes to whoever looks; an event tells of each quarter. */
export function createPullTeller(context: Context, request: ImageRequest): (progress: PullProgress) => void {
  let told = 0;
  return (progress) => {
    context.imagePulls.set(request.id, progress);
    const now = quarters(progress);
    if (now <= told) return;
    told = now;
    const detail = `${request.reference}: ${now * 25} %, ${progress.currentBytes} of ${progress.totalBytes} bytes.`;
    const news = [imageNews(request, 'image.pulling', detail)];
    // Who missed it sees the next one.
    context.ledger.write(() => ({ changes: [], news, result: null })).catch(() => {});
  };
}

function quarters(progress: PullProgress): number {
  if (progress.totalBytes === 0) return 0;
  return Math.floor((4 * progress.currentBytes) / progress.totalBytes);
}
