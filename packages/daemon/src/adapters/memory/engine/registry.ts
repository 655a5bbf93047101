import { createHash } from 'node:crypto';
import { Problem } from '@berth/spec/problem';
import type { RegistryCredential } from '../../../ports/engine.ts';
import { parseReference } from './image-reference.ts';
import type { MemoryImage } from './image.ts';
import { type MemoryProgram, runUntilStopped } from './program.ts';

/** What an image is made of, as a test says it. */
export interface MemoryImageSource {
  /** With its tag; with its registry's host, when it lies in one. */
  readonly reference: string;
  readonly exposedPorts?: readonly number[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly sizeBytes?: number;
  /** Tells two contents of one name apart. */
  readonly content?: string;
  /** Runs until SIGTERM unless said. */
  readonly program?: MemoryProgram;
}

/** An image in a registry. */
export interface MemoryOffer extends MemoryImageSource {
  /** Given to nobody else. */
  readonly credential?: Pick<RegistryCredential, 'username' | 'password'>;
}

/** The registries this engine knows: all hosts answer but those that are down. */
export class Registry {
  readonly #offers: MemoryOffer[] = [];
  readonly #down = new Set<string>();

  /** Puts an image there, in place of one of that name. */
  offer(offer: MemoryOffer): void {
    this.#offers.unshift(offer);
  }

  setDown(host: string, isDown: boolean): void {
    if (isDown) this.#down.add(host);
    else this.#down.delete(host);
  }

  /** The image that the reference names now; a digest also finds what a later offer hides. */
  get(reference: string, credential: RegistryCredential | undefined): MemoryOffer {
    const { repository, tag, digest, host = 'docker.io' } = parseReference(reference);
    if (this.#down.has(host)) {
      throw new Problem(
        'registry-unreachable',
        `Could not pull ${reference}: dial tcp: connection refused. Check the registry’s address.`,
      );
    }
    const found = this.#offers.find((offer) => {
      const name = parseReference(offer.reference);
      return name.repository === repository && (digest === undefined ? name.tag === tag : findDigest(offer) === digest);
    });
    if (found === undefined)
      throw new Problem(
        'image-not-found',
        `Could not pull ${reference}: manifest unknown. Check the name and the tag.`,
      );
    if (!isAllowed(found, credential))
      throw new Problem(
        'image-refused',
        `Could not pull ${reference}: unauthorized. Give a credential that may read it.`,
      );
    return found;
  }
}

/** `sha256:…` of the manifest. */
export function findDigest({ reference, content = '' }: MemoryImageSource): string {
  return hash(`manifest ${parseReference(reference).repository} ${content}`);
}

/** The image as an engine has it. */
export function renderImage(source: MemoryImageSource, createdAt: number): MemoryImage {
  return {
    id: hash(`image ${source.reference} ${source.content ?? ''}`),
    references: [source.reference],
    digests: [],
    sizeBytes: source.sizeBytes ?? 1_000_000,
    createdAt,
    exposedPorts: (source.exposedPorts ?? []).map((containerPort) => ({ containerPort, protocol: 'tcp' })),
    labels: source.labels ?? {},
    program: source.program ?? runUntilStopped,
  };
}

function isAllowed({ credential: wanted }: MemoryOffer, given: RegistryCredential | undefined): boolean {
  return wanted === undefined || (given?.username === wanted.username && given.password === wanted.password);
}

function hash(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
