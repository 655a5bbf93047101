import { textOf } from './byte.ts';
import type { FieldList } from './field-list.ts';

/** The value of the first field of a kind. */
export function findField(list: FieldList, kind: number): string | undefined {
  const index = list.indexOf(kind);
  return index === -1 ? undefined : valueAt(list, index);
}

/** The values of all fields of a kind, in their order. */
export function listValues(list: FieldList, kind: number): readonly string[] {
  const values: string[] = [];
  for (let index = 0; index < list.count; index += 1) if (list.kinds[index] === kind) values.push(valueAt(list, index));
  return values;
}

/** The value of the first field of a name, which is in lower case: for names that have no kind. */
export function findNamed(list: FieldList, name: string): string | undefined {
  for (let index = 0; index < list.count; index += 1)
    if (nameAt(list, index).toLowerCase() === name) return valueAt(list, index);
  return undefined;
}

export function nameAt({ bytes, ranges }: FieldList, index: number): string {
  return textOf(bytes, ranges[index * 4] as number, ranges[index * 4 + 1] as number);
}

export function valueAt({ bytes, ranges }: FieldList, index: number): string {
  return textOf(bytes, ranges[index * 4 + 2] as number, ranges[index * 4 + 3] as number);
}

/** A name as apps may understand it: in lower case, with hyphens for underscores and the like. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^0-9a-z]/g, '-');
}
