import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasLabels, LabelIndex } from './label-index.ts';

const anyName = fc.constantFrom('a', 'b', 'c');
const anyValue = fc.constantFrom('', 'x', 'y', 'x=y', 'long '.repeat(40));
const anyItem = fc.record({ labels: fc.dictionary(anyName, anyValue) });
const anyLabel = fc.oneof(
  anyName,
  fc.tuple(anyName, anyValue).map(([name, value]) => `${name}=${value}`),
);

test('the index finds what looking at everything finds, in order, also after removals', () => {
  fc.assert(
    fc.property(
      fc.array(anyItem, { maxLength: 12 }),
      fc.array(anyLabel, { maxLength: 3 }),
      fc.nat(11),
      (items, wanted, gone) => {
        const index = new LabelIndex<(typeof items)[number]>();
        for (const item of items) index.add(item);
        const kept = items.filter((_item, at) => at !== gone);
        if (items[gone] !== undefined) index.remove(items[gone]);
        expect(index.list(wanted)).toEqual(kept.filter(({ labels }) => hasLabels(labels, wanted)));
      },
    ),
  );
});
