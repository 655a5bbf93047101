import { isProblem, type Problem, type ProblemCode } from '@berth/spec/problem';
import { type DockerImageLine, renderImageLines } from '../../core/docker-words/image-line.ts';
import { requestImage } from '../../use-cases/image-requests.ts';
import { type ImageLine, listImageLines } from '../../use-cases/images.ts';
import type { Hand } from './hand.ts';
import { words } from './words.ts';

/** No fault of the image’s. */
const enginesFault: ReadonlySet<ProblemCode> = new Set(['engine-unreachable', 'engine-timeout']);

interface CountedLine extends DockerImageLine {
  readonly CreatedContainerCount: number;
}

/** The images of the facility, a line for each name, as `docker image ls` has them. */
export async function tellImages({ context, actor, engine }: Hand): Promise<CountedLine[]> {
  const lines = await listImageLines(context, actor, engine);
  const now = context.clock.now();
  return lines.flatMap((line) =>
    renderImageLines(shownImage(line), now).map((shown) => ({ ...shown, CreatedContainerCount: line.apps })),
  );
}

function shownImage({ id, repository, tag, digest, sizeBytes, createdAt }: ImageLine) {
  return {
    id,
    sizeBytes,
    createdAt,
    references: repository === null || tag === null ? [] : [`${repository}:${tag}`],
    digests: repository === null || digest === null ? [] : [`${repository}@${digest}`],
  };
}

/** Asks for an image. Where nobody has yet to decide, it is there before the answer. */
export async function askForImage({ context, actor, engine }: Hand, image: string | undefined): Promise<void> {
  if (image === undefined || image === '') throw words.noImage();
  const request = await requestImage(context, actor, { reference: image, engine }).catch((error: unknown) => {
    throw isProblem(error) && !enginesFault.has(error.code) ? words.notPulled(image, reasonOf(error)) : error;
  });
  const { state, failure, reason } = request;
  if (failure !== null || state === 'rejected') throw words.notPulled(image, failure ?? reason ?? state);
}

function reasonOf({ facts, message }: Problem): string {
  return facts.errors?.map(({ detail }) => detail).join(' ') ?? message;
}
