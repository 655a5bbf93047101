import { Problem } from '@berth/spec/problem';

/** A record as JSON text; `of` is never there, it only lets the compiler know which record it is. */
export type Json<Value> = string & { readonly of?: Value };

/** The text for a record. */
export function renderRecord<Value>(record: Value): Json<Value> {
  return JSON.stringify(record);
}

/** The record in a row. */
export function parseRecord<Value>({ body }: { readonly body: Json<Value> }): Value {
  try {
    return JSON.parse(body) as Value;
  } catch (cause) {
    const detail = 'Berth’s store holds a record that cannot be read: restore its file from a backup.';
    throw new Problem('internal', detail, { cause });
  }
}
