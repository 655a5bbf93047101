import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import { renderInstant } from '@berth/spec/instant';
import { fieldProblem, Problem } from '@berth/spec/problem';
import { UploadName, type Upload as UploadResource } from '@berth/spec/upload';
import type { App } from '../core/app.ts';
import type { Books } from '../core/books.ts';
import type { Change } from '../core/change.ts';
import { parsePart } from '../core/parse-part.ts';
import type { Upload } from '../core/upload.ts';
import { planSweep, uploadUsers } from '../core/upload-use.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';

const longestSilenceMs = 60_000;

export interface UploadWish {
  /** What it is called for people. */
  readonly name: string;
  /** Default: the caller. */
  readonly owner?: string | undefined;
  readonly source: Readable;
}

/** Keeps a file for apps of its owner's. What goes beyond a limit is refused as soon as it does, and nothing of it stays. */
export async function keepUpload(context: Context, actor: Actor, wish: UploadWish): Promise<UploadResource> {
  const owner = wish.owner ?? actor.user;
  authorize(actor, { scope: 'deploy', owner });
  const name = parsePart(UploadName, wish.name, 'name');
  if (!context.ledger.books.users.has(owner)) throw fieldProblem('owner', `there is no user "${owner}"`);
  const id = context.clock.newId();
  const tally = context.uploads.begin(id, owner);
  try {
    const measured = measure(context, owner, tally);
    await context.uploadFolder.write(id, follow(wish.source, measured.stream));
    const createdAt = context.clock.now();
    const upload: Upload = { id, owner, name, ...measured.result(), createdAt, unusedSince: createdAt };
    await context.ledger.write((books) => {
      // The owner may have been removed while it came.
      if (!books.users.has(owner)) throw fieldProblem('owner', `there is no user "${owner}"`);
      return { changes: [put(upload)], result: undefined };
    });
    return viewUpload(context, upload, []);
  } catch (error) {
    await context.uploadFolder.remove(id);
    throw error;
  } finally {
    tally.end();
  }
}

/** All uploads for administrators, for others their own; oldest first. */
export function listUploads(context: Context, actor: Actor): UploadResource[] {
  authorize(actor, { scope: 'read', owner: actor.user });
  const visible = visibleOwner(actor);
  const users = uploadUsers(context.ledger.books);
  return [...context.ledger.books.shelves.upload.values()]
    .filter(({ owner }) => visible === null || owner === visible)
    .map((upload) => viewUpload(context, upload, users.get(upload.id) ?? []));
}

/** The bytes of an upload. */
export function readUpload(context: Context, actor: Actor, id: string): Readable {
  const hidden = new Problem('upload-not-found', `There is no upload "${id}"; GET /v1/uploads lists yours.`);
  const upload = context.ledger.books.shelves.upload.get(id);
  if (upload === undefined) throw hidden;
  authorize(actor, { scope: 'read', owner: upload.owner }, hidden);
  return context.uploadFolder.read(id);
}

/** Drops an upload that no app refers to. */
export async function removeUpload(context: Context, actor: Actor, id: string): Promise<void> {
  await context.ledger.write((books) => {
    const hidden = new Problem('upload-not-found', `There is no upload "${id}"; GET /v1/uploads lists yours.`);
    const upload = books.shelves.upload.get(id);
    if (upload === undefined) throw hidden;
    authorize(actor, { scope: 'deploy', owner: upload.owner }, hidden);
    const [user] = uploadUsers(books).get(id) ?? [];
    if (user !== undefined)
      throw new Problem('still-in-use', `The app "${user.name}" has it; deploy it without, or remove it, first.`);
    return { changes: [take(id)], result: undefined };
  });
  await context.uploadFolder.remove(id);
}

/** Refuses a spec that names uploads which are not there, or are not its owner's. */
export function requireUploads(
  books: Readonly<Books>,
  owner: string,
  files: readonly { readonly upload?: string | undefined }[],
): void {
  for (const [index, { upload: id }] of files.entries()) {
    if (id === undefined || books.shelves.upload.get(id)?.owner === owner) continue;
    throw fieldProblem(`files[${index}].upload`, `"${owner}" has no upload "${id}"; POST /v1/uploads makes one`);
  }
}

/** Drops uploads that no app has referred to for their time, and what a crash left of others. */
export async function sweepUploads(context: Context): Promise<void> {
  const { clock, ledger, policy, uploadFolder, uploads } = context;
  const dropped = await ledger.write((books) => {
    const { drop, put: changed } = planSweep(books, { now: clock.now(), keepMs: policy.uploads.keepMs });
    return { changes: [...drop.map(({ id }) => take(id)), ...changed.map(put)], result: drop };
  });
  await Promise.all(dropped.map(({ id }) => uploadFolder.remove(id)));
  const strays = (await uploadFolder.list()).filter(
    (id) => !ledger.books.shelves.upload.has(id) && !uploads.isUnderWay(id),
  );
  await Promise.all(strays.map((id) => uploadFolder.remove(id)));
}

interface Measured {
  readonly stream: Transform;
  result(): Pick<Upload, 'sizeBytes' | 'sha256'>;
}

/** Passes bytes on, counts them against the limits, and knows in the end what came. */
function measure(context: Context, owner: string, tally: { add(bytes: number): void }): Measured {
  const { maxBytes, bytesPerUser } = context.policy.uploads;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const patience = (): (() => void) => context.clock.after(longestSilenceMs, () => stream.destroy(stalled()));
  let cancel = (): void => {};
  const stream = new Transform({
    construct(done) {
      cancel = patience();
      done();
    },
    destroy(error, done) {
      cancel();
      done(error);
    },
    transform(piece: Buffer, _encoding, done) {
      cancel();
      cancel = patience();
      sizeBytes += piece.length;
      tally.add(piece.length);
      if (sizeBytes > maxBytes) return done(tooLarge(maxBytes));
      if (bytesKept(context, owner) + context.uploads.bytesOf(owner) > bytesPerUser) return done(full(bytesPerUser));
      hash.update(piece);
      done(null, piece);
    },
  });
  return { stream, result: () => ({ sizeBytes, sha256: hash.digest('hex') }) };
}

/** As `pipe`, but what goes wrong on one side is known on the other. */
function follow(source: Readable, target: Transform): Transform {
  const breakOff = (cause?: Error): void => {
    target.destroy(new Problem('malformed-request', 'The upload broke off; send it again.', { cause }));
  };
  source.once('error', breakOff);
  source.once('close', () => source.readableEnded || breakOff());
  target.once('close', () => source.destroy());
  return source.pipe(target);
}

function bytesKept({ ledger }: Context, owner: string): number {
  let sum = 0;
  for (const upload of ledger.books.shelves.upload.values()) if (upload.owner === owner) sum += upload.sizeBytes;
  return sum;
}

function stalled(): Problem {
  return new Problem('malformed-request', 'Nothing more came of the upload for a minute; send it again.');
}

function tooLarge(most: number): Problem {
  return new Problem('body-too-large', `An upload may have at most ${most} bytes; uploads.maxBytes says so.`);
}

function full(most: number): Problem {
  const detail = `All uploads of one user may have at most ${most} bytes; DELETE /v1/uploads/{id} makes room.`;
  return new Problem('policy-refused', detail);
}

function viewUpload({ policy }: Context, upload: Upload, users: readonly App[]): UploadResource {
  const { id, name, owner, sizeBytes, sha256, createdAt, unusedSince } = upload;
  const dropsAt = users.length > 0 || unusedSince === null ? null : renderInstant(unusedSince + policy.uploads.keepMs);
  const apps = users.map((app) => app.name).toSorted();
  return { id, name, owner, sizeBytes, sha256, apps, createdAt: renderInstant(createdAt), dropsAt };
}

function put(upload: Upload): Change {
  return { kind: 'shelf.put', item: { shelf: 'upload', key: upload.id, record: upload } };
}

function take(id: string): Change {
  return { kind: 'shelf.remove', shelf: 'upload', key: id };
}
