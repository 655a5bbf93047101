import fc from 'fast-check';
import type { JsonSchema, OpenApiDocument } from './openapi/openapi-document.ts';

/** What nobody should send. */
const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '..',
    '../../etc/passwd',
    '\0',
    'a\0b',
    '\r\nX-Evil: 1',
    '%00',
    '%2e%2e',
    'A',
    'app-1 ',
    '‮',
    '💥',
    '__proto__',
    'constructor',
    'null',
    '-1',
    '1e99',
    '[]',
    'x'.repeat(600),
  ),
);

const oddJson = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    65_536,
    1e308,
    -1.5,
    2 ** 53,
    [],
    {},
    [[[]]],
    { __proto__: 1 },
    { a: { b: { c: [] } } },
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A schema of the document, and whether one in ten parts is replaced by something odd. */
export interface ValuePlan {
  readonly document: OpenApiDocument;
  readonly isOdd: boolean;
}

/** Values that fit the schema, as the plan has it. */
export function arbitraryValue(plan: ValuePlan, schema: JsonSchema, depth = 0): fc.Arbitrary<unknown> {
  const right = fitting(plan, schema, depth);
  return plan.isOdd ? fc.oneof({ weight: 9, arbitrary: right }, { weight: 1, arbitrary: oddJson }) : right;
}

/** Text for a parameter. */
export function arbitraryText(plan: ValuePlan, schema: JsonSchema): fc.Arbitrary<string> {
  const right = fitting(plan, schema, 0).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return plan.isOdd ? fc.oneof({ weight: 3, arbitrary: right }, { weight: 1, arbitrary: oddText }) : right;
}

function fitting(plan: ValuePlan, schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  const {
    $ref,
    enum: values,
    anyOf,
    type,
  } = schema as { $ref?: string; enum?: unknown[]; anyOf?: JsonSchema[]; type?: string };
  if ($ref !== undefined)
    return fitting(plan, plan.document.components.schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {}, depth);
  if (values !== undefined) return fc.constantFrom(...values);
  if ('const' in schema) return fc.constant(schema['const']);
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((one) => fitting(plan, one, depth)));
  if (depth > 5) return fc.constant(null);
  return byType(plan, schema, { type: type ?? 'any', depth });
}

function byType(
  plan: ValuePlan,
  schema: JsonSchema,
  { type, depth }: { type: string; depth: number },
): fc.Arbitrary<unknown> {
  if (type === 'object') return arbitraryObject(plan, schema, depth);
  if (type === 'array')
    return fc.array(arbitraryValue(plan, (schema['items'] ?? {}) as JsonSchema, depth + 1), { maxLength: 3 });
  if (type === 'integer') return fc.integer(range(schema));
  if (type === 'number') return fc.double({ min: 0.01, max: 1000, noNaN: true });
  if (type === 'boolean') return fc.boolean();
  return type === 'string' ? arbitraryString(schema) : fc.jsonValue({ maxDepth: 2 });
}

function range({ minimum = -5, maximum = 1000 }: { minimum?: unknown; maximum?: unknown }): {
  min: number;
  max: number;
} {
  const min = Math.max(Number(minimum), -(2 ** 31));
  return { min, max: Math.max(min, Math.min(Number(maximum), min + 10_000)) };
}

function arbitraryString({ pattern, examples }: JsonSchema): fc.Arbitrary<string> {
  if (typeof pattern === 'string') return fc.stringMatching(new RegExp(pattern), { size: 'xsmall' });
  if (Array.isArray(examples)) return fc.constantFrom('10ms', '0', '1h', '2026-11-20T12:00:00Z');
  return fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.constantFrom('/data', '/tmp/x', '/a'),
    fc.constantFrom('app-1', 'ls', '0'),
  );
}

function arbitraryObject(plan: ValuePlan, schema: JsonSchema, depth: number): fc.Arbitrary<unknown> {
  const {
    properties = {},
    required = [],
    additionalProperties,
  } = schema as { properties?: Record<string, JsonSchema>; required?: string[]; additionalProperties?: unknown };
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, arbitraryValue(plan, field, depth + 1)]),
  );
  const optional = Object.keys(fields).filter((name) => !required.includes(name));
  const known = fc.subarray(optional, { maxLength: Math.min(4, optional.length) }).chain((chosen) => {
    const names = [...required, ...chosen];
    return fc.record(Object.fromEntries(names.map((name) => [name, fields[name] ?? fc.constant(null)])));
  });
  if (typeof additionalProperties !== 'object' || additionalProperties === null) return known;
  return fc.dictionary(
    fc.oneof(fc.stringMatching(/^[A-Za-z_]{1,8}$/), oddText),
    arbitraryValue(plan, additionalProperties as JsonSchema, depth + 1),
    { maxKeys: 3 },
  );
}
