import { isProblem } from '@berth/spec/problem';
import { credentialKey } from '../core/books.ts';
import { engineReference, shortRepository } from '../core/image-name.ts';
import type { ImageRequest } from '../core/image-request.ts';
import type { Engine, EngineImage } from '../ports/engine.ts';
import { createPullTeller, endImageRequest } from '../use-cases/end-image-request.ts';
import { digestOf, obtainImage } from './obtain-image.ts';
import type { World } from './world.ts';

/** The observer may not have noticed that an engine was away. */
const againMs = 5_000;

/** Pulls what was asked for and approved, also what a stop or a lost engine left undone. */
export class ImageKeeper {
  readonly #world: World;
  /** Pulls under way, by request. */
  readonly #pulls = new Map<string, AbortController>();
  #stopListening = (): void => {};
  #stopped = false;

  constructor(world: World) {
    this.#world = world;
  }

  start(): void {
    const onShelves = (): void => this.look();
    this.#stopListening = this.#world.ledger.listen({ onShelves });
    this.look();
  }

  stop(): void {
    this.#stopped = true;
    this.#stopListening();
    for (const controller of this.#pulls.values()) controller.abort();
  }

  /** Begins what is to be pulled and can be; ends what is no longer wanted. */
  look(): void {
    if (this.#stopped) return;
    const { ledger, fleet, engines } = this.#world;
    const requests = ledger.books.shelves.imageRequest;
    for (const [id, controller] of this.#pulls) if (requests.get(id)?.state !== 'approved') controller.abort();
    for (const request of requests.values()) {
      const engine = engines.get(request.engine);
      if (request.state !== 'approved' || this.#pulls.has(request.id)) continue;
      if (engine !== undefined && fleet.engine(engine.name).connected) void this.#run(request, engine);
    }
  }

  async #run(request: ImageRequest, engine: Engine): Promise<void> {
    const controller = new AbortController();
    this.#pulls.set(request.id, controller);
    try {
      const image = await this.#pull(request, engine, controller.signal);
      const digest = digestOf(image, request.reference)?.replace(/^.*@/, '') ?? null;
      await endImageRequest(this.#world, request.id, { imageId: image.id, digest });
    } catch (error) {
      await this.#refused(request, error, controller.signal);
    } finally {
      this.#world.imagePulls.forget(request.id);
      this.#pulls.delete(request.id);
    }
  }

  #pull(request: ImageRequest, engine: Engine, signal: AbortSignal): Promise<EngineImage> {
    const world = this.#world;
    const { credential: named, reference, digest } = request;
    const credential = named === null ? undefined : world.ledger.books.credentials.get(credentialKey(named));
    const owner = named?.isForAll === true ? null : (request.askers[0]?.user ?? null);
    const onProgress = createPullTeller(world, request);
    const content = digest === null ? engineReference(reference) : `${shortRepository(reference)}@${digest}`;
    const wish = { reference: content, pull: digest === null ? 'fresh' : 'missing', owner, credential } as const;
    return obtainImage({ world, engine }, { ...wish, onProgress, signal });
  }

  /** What only waits for its engine stays approved; so does what a stop has ended. */
  async #refused(request: ImageRequest, error: unknown, signal: AbortSignal): Promise<void> {
    const { log } = this.#world;
    if (signal.aborted) return;
    if (isProblem(error, 'engine-unreachable')) return void this.#world.clock.after(againMs, () => this.look());
    const isKnown = isProblem(error);
    if (!isKnown) log.error({ error, image: request.reference }, 'an image request failed');
    const failure = isKnown ? error.message : 'Something went wrong inside Berth; its log says what.';
    await endImageRequest(this.#world, request.id, { failure }).catch((unwritten: unknown) =>
      log.error({ error: unwritten }, 'the end of an image request is not written'),
    );
  }
}
