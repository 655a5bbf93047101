import { z } from 'zod';
import type { JsonSchema } from './openapi-document.ts';

type Direction = 'input' | 'output';

const place = '#/components/schemas/';

/**
 * Turns zod schemas into JSON Schema; those with an id become components and are referred to. Where what is taken differs
 * from what is given, because defaults fill it in, what is taken is called `…Input`.
 */
export class ComponentSchemas {
  readonly #found: Record<Direction, Map<string, JsonSchema>> = { input: new Map(), output: new Map() };

  /** The schema, or the reference to it. References of `input` are final only after `rename`. */
  convert(schema: z.ZodType, direction: Direction): JsonSchema {
    const whole = z.toJSONSchema(z.object({ root: schema }), {
      io: direction,
      unrepresentable: 'any',
      override: describeBinary,
    }) as unknown as WholeSchema;
    for (const [id, component] of Object.entries(whole.$defs ?? {}))
      this.#found[direction].set(nameOf(id), withoutId(component));
    return pointTo(whole.properties.root, direction) as JsonSchema;
  }

  /** All components by name. */
  components(): Record<string, JsonSchema> {
    const { input, output } = this.#found;
    const apart = this.#apart();
    const given = [...output].map(([id, schema]) => [id, schema] as const);
    const taken = [...input]
      .filter(([id]) => !output.has(id) || apart.has(id))
      .map(([id, schema]) => [apart.has(id) ? `${id}Input` : id, this.rename(pointTo(schema, 'input'))] as const);
    const all = [...given.map(([id, schema]) => [id, pointTo(schema, 'output')] as const), ...taken];
    return Object.fromEntries(all.toSorted(([one], [other]) => (one < other ? -1 : 1))) as Record<string, JsonSchema>;
  }

  /** Gives the references in what `convert` made of `input` their names. */
  rename<Value>(value: Value): Value {
    const apart = this.#apart();
    return mapReferences(value, (reference) => {
      const id = reference.startsWith('input:') ? reference.slice('input:'.length) : undefined;
      return id === undefined ? reference : place + (apart.has(id) ? `${id}Input` : id);
    }) as Value;
  }

  /** Ids that mean one thing when taken and another when given, themselves or in what they refer to. */
  #apart(): Set<string> {
    const { input, output } = this.#found;
    const both = [...input.keys()].filter((id) => output.has(id));
    const apart = new Set(both.filter((id) => JSON.stringify(input.get(id)) !== JSON.stringify(output.get(id))));
    for (let before = -1; before !== apart.size; ) {
      before = apart.size;
      for (const id of both) if (refersTo(input.get(id), apart)) apart.add(id);
    }
    return apart;
  }
}

interface WholeSchema {
  readonly properties: { readonly root: JsonSchema };
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

const binaryIds: ReadonlySet<string> = new Set(['Tar', 'Bytes']);

/** A body that is no JSON: OpenAPI 3.1 says so with an empty schema of that media type, generators want the format too. */
function describeBinary({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  if (zodSchema instanceof z.ZodCustom && binaryIds.has(zodSchema.meta()?.id ?? ''))
    Object.assign(jsonSchema, { type: 'string', format: 'binary' });
}

/** The one schema without a name that refers to itself is that of any JSON. */
function nameOf(id: string): string {
  return id.startsWith('__schema') ? 'JsonValue' : id;
}

function withoutId({ id: _id, $id: _uri, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function pointTo(value: unknown, direction: Direction): unknown {
  const prefix = '#/$defs/';
  return mapReferences(value, (reference) => {
    if (!reference.startsWith(prefix)) return reference;
    return (direction === 'input' ? 'input:' : place) + nameOf(reference.slice(prefix.length));
  });
}

function mapReferences(value: unknown, map: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapReferences(item, map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    key === '$ref' && typeof item === 'string' ? map(item) : mapReferences(item, map),
  ]);
  return Object.fromEntries(entries);
}

function refersTo(schema: unknown, ids: ReadonlySet<string>): boolean {
  let found = false;
  mapReferences(schema, (reference) => {
    found ||= ids.has(reference.replace(/^.*[/:]/, ''));
    return reference;
  });
  return found;
}
