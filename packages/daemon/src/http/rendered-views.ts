import type { Context } from '../use-cases/context.ts';
import { RenderedJson } from './answer.ts';
import { contentTag } from './entity-tag.ts';

/** The entity tag of a view and its text. */
export type TagOf<View> = (bytes: Buffer, view: View) => string;

const mostBytes = 16 * 1024 * 1024;

/**
 * Views as text, kept until anything they are made of changes: what is asked for again and again costs no serialisation.
 * The key must hold everything the view depends on beside the state: who may see what, and the query.
 */
export class RenderedViews {
  readonly #context: Context;
  readonly #views = new Map<string, RenderedJson>();
  #bytes = 0;
  #progress = 0;
  #ledger = -1;
  #fleet = -1;
  #seen = -1;

  constructor(context: Context) {
    this.#context = context;
    context.progress.listen(() => (this.#progress += 1));
  }

  get<View>(key: string, view: () => View, tagOf: TagOf<View> = contentTag): RenderedJson {
    this.#forgetIfChanged();
    const kept = this.#views.get(key);
    if (kept !== undefined) return kept;
    const shown = view();
    const bytes = Buffer.from(JSON.stringify(shown));
    const rendered = new RenderedJson(bytes, tagOf(bytes, shown));
    this.#keep(key, rendered);
    return rendered;
  }

  #forgetIfChanged(): void {
    const { ledger, fleet } = this.#context;
    if (ledger.revision === this.#ledger && fleet.revision === this.#fleet && this.#progress === this.#seen) return;
    this.#ledger = ledger.revision;
    this.#fleet = fleet.revision;
    this.#seen = this.#progress;
    this.#clear();
  }

  #keep(key: string, rendered: RenderedJson): void {
    const size = key.length + rendered.bytes.length;
    if (this.#bytes + size > mostBytes) this.#clear();
    this.#views.set(key, rendered);
    this.#bytes += size;
  }

  #clear(): void {
    this.#views.clear();
    this.#bytes = 0;
  }
}
