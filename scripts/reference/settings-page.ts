import { z } from 'zod';
import { settingVariables } from '../../packages/daemon/src/config/read-settings.ts';

interface Setting {
  readonly name: string;
  readonly variable: string;
  readonly schema: z.ZodType;
}

/** The settings reference, in Markdown. */
export function renderSettingsPage(): string {
  const settings = settingVariables().flatMap(({ path, variable, schema }) => [
    { name: path.join('.'), variable, schema },
    ...insideTable(path.join('.'), schema),
  ]);
  return `# Settings

Berth reads a JSON file (\`berth serve --config FILE\`), then variables, then options; the later ones win. In the file the dots are nested objects.
A setting that is not in this table stops the daemon: it is a typo. Lists in a variable are separated by commas, tables are JSON.

| setting | variable | type | default | meaning |
|---|---|---|---|---|
${settings.map(renderRow).join('\n')}
`;
}

/** The settings of each entry of a table such as `engines`; their variable is the table's. */
function insideTable(name: string, schema: z.ZodType): Setting[] {
  const bare = unwrap(schema);
  if (!(bare instanceof z.ZodRecord)) return [];
  return fields(`${name}.<name>`, bare.valueType as z.ZodType);
}

function fields(name: string, schema: z.ZodType): Setting[] {
  const bare = unwrap(schema);
  if (!(bare instanceof z.ZodObject)) return [{ name, variable: '', schema }];
  return Object.entries(bare.shape).flatMap(([key, value]) => fields(`${name}.${key}`, value as z.ZodType));
}

function renderRow({ name, variable, schema }: Setting): string {
  const { default: fallback } = describe(schema);
  const cells = [
    renderCode(name),
    renderCode(variable),
    renderType(describe(unwrap(schema))),
    fallback === undefined ? '' : renderCode(JSON.stringify(fallback)),
    (schema.description ?? unwrap(schema).description ?? '').replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;'),
  ];
  return `| ${cells.join(' | ')} |`;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

function renderType({ type, enum: values, items }: JsonSchema): string {
  if (values !== undefined) return values.join(', ');
  if (type === 'object') return 'table';
  if (type !== 'array') return typeof type === 'string' ? type : 'any';
  return typeof items === 'object' && 'enum' in items ? `list of ${renderType(items)}` : 'list';
}

/** A named schema stands among the definitions. */
function describe(schema: z.ZodType): JsonSchema {
  const whole = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const name = whole.$ref?.replace('#/$defs/', '');
  const named = name === undefined ? undefined : whole.$defs?.[name];
  return named === undefined ? whole : { ...named, ...whole };
}

function renderCode(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}

function unwrap(schema: z.ZodType): z.ZodType {
  const { innerType } = schema.def as { innerType?: z.ZodType };
  return innerType === undefined ? schema : unwrap(innerType);
}
