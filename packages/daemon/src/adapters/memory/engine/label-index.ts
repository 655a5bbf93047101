type Labels = Readonly<Record<string, string>>;

const LONGEST_INDEXED_VALUE = 80;

/** True when each of `wanted` (`name` or `name=value`) is among the labels. */
export function hasLabels(labels: Labels, wanted: readonly string[]): boolean {
  return wanted.every((label) => {
    const [name, value] = splitLabel(label);
    return value === undefined ? labels[name] !== undefined : labels[name] === value;
  });
}

/** Finds what carries a label without looking at the rest: 10,000 apps are listed by app again and again. */
export class LabelIndex<Item extends { readonly labels: Labels }> {
  readonly #all = new Set<Item>();
  readonly #byLabel = new Map<string, Set<Item>>();

  add(item: Item): void {
    this.#all.add(item);
    for (const key of renderKeys(item.labels)) {
      const items = this.#byLabel.get(key) ?? new Set();
      this.#byLabel.set(key, items.add(item));
    }
  }

  remove(item: Item): void {
    this.#all.delete(item);
    for (const key of renderKeys(item.labels)) {
      const items = this.#byLabel.get(key);
      items?.delete(item);
      if (items?.size === 0) this.#byLabel.delete(key);
    }
  }

  /** In the order they were added. */
  list(wanted: readonly string[]): Item[] {
    const candidates = wanted.filter(isIndexed).map((label) => this.#byLabel.get(label) ?? new Set<Item>());
    const [smallest = this.#all] = candidates.toSorted((one, other) => one.size - other.size);
    return [...smallest].filter((item) => hasLabels(item.labels, wanted));
  }
}

function renderKeys(labels: Labels): string[] {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return [...Object.keys(labels), ...pairs.filter(isIndexed)];
}

function isIndexed(label: string): boolean {
  return (splitLabel(label)[1] ?? '').length <= LONGEST_INDEXED_VALUE;
}

function splitLabel(label: string): readonly [string, string | undefined] {
  const at = label.indexOf('=');
  return at < 0 ? [label, undefined] : [label.slice(0, at), label.slice(at + 1)];
}
