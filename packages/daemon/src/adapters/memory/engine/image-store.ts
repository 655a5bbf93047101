import { parseReference } from './image-reference.ts';
import type { MemoryImage } from './image.ts';
import { refuse } from './refusal.ts';

/** The images of one engine. */
export class ImageStore {
  readonly #byId = new Map<string, MemoryImage>();
  /** Of tags and digests. */
  readonly #idByName = new Map<string, string>();

  /** By id, tag or digest. */
  find(reference: string): MemoryImage | undefined {
    return this.#byId.get(this.#idByName.get(renderName(reference)) ?? reference);
  }

  get(reference: string): MemoryImage {
    const image = this.find(reference);
    if (image === undefined) throw refuse.noImage(reference);
    return image;
  }

  list(): MemoryImage[] {
    return [...this.#byId.values()];
  }

  /** Adds the image, or its names to the one that is there; a name moves from the image that had it. */
  add(image: MemoryImage): void {
    const known = this.#byId.get(image.id) ?? { ...image, references: [], digests: [] };
    this.#byId.set(image.id, known);
    for (const reference of image.references) this.name(image.id, reference);
    for (const digest of image.digests) this.#keep(image.id, 'digests', digest);
  }

  name(id: string, reference: string): void {
    const name = renderName(reference);
    const before = this.#idByName.get(name);
    if (before !== undefined) this.#forget(before, name);
    this.#keep(id, 'references', name);
  }

  /** True when the image has gone with its last name. */
  unname(reference: string): boolean {
    const name = renderName(reference);
    const { id } = this.get(reference);
    if (name !== id) this.#forget(id, name);
    const { references = [] } = this.#byId.get(id) ?? {};
    if (name !== id && references.length > 0) return false;
    for (const digest of this.#byId.get(id)?.digests ?? []) this.#idByName.delete(digest);
    return this.#byId.delete(id);
  }

  #keep(id: string, list: 'references' | 'digests', name: string): void {
    const image = this.#byId.get(id);
    if (image === undefined) return;
    this.#idByName.set(name, id);
    if (!image[list].includes(name)) this.#byId.set(id, { ...image, [list]: [...image[list], name] });
  }

  #forget(id: string, name: string): void {
    this.#idByName.delete(name);
    const image = this.#byId.get(id);
    if (image === undefined) return;
    const without = (names: readonly string[]) => names.filter((other) => other !== name);
    this.#byId.set(id, { ...image, references: without(image.references), digests: without(image.digests) });
  }
}

function renderName(reference: string): string {
  if (reference.startsWith('sha256:')) return reference;
  const { repository, tag, digest } = parseReference(reference);
  return digest === undefined ? `${repository}:${tag}` : `${repository}@${digest}`;
}
