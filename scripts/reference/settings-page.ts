import { settingVariables } from '../../packages/daemon/src/config/read-settings.ts';

/** As much of JSON Schema as settings have. */
interface JsonSchema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: unknown;
  readonly items?: unknown;
  readonly anyOf?: unknown;
  readonly properties?: unknown;
  readonly additionalProperties?: unknown;
  readonly $ref?: unknown;
  readonly $defs?: unknown;
}

interface Setting {
  readonly name: string;
  readonly variable: string;
  readonly schema: JsonSchema;
}

/** The settings reference, in Markdown. */
export function renderSettingsPage(): string {
  const settings = settingVariables().flatMap(({ path, variable, schema }) => {
    const name = path.join('.');
    const described = resolve(schema.toJSONSchema({ io: 'input', unrepresentable: 'any' }));
    return [{ name, variable, schema: described }, ...insideTable(name, described)];
  });
  return `# Settings

Berth reads a JSON file (\`berth serve --config FILE\`), then variables, then options; the later ones win. In the file the dots are nested objects.
A setting that is not in this table stops the daemon: it is a typo. Lists in a variable are separated by commas, tables and lists of tables are JSON.

| setting | variable | type | default | meaning |
|---|---|---|---|---|
${settings.map(renderRow).join('\n')}
`;
}

/** A schema with a name stands among its own definitions. */
function resolve(schema: JsonSchema): JsonSchema {
  if (typeof schema.$ref !== 'string') return schema;
  const definitions = (schema.$defs ?? {}) as Readonly<Record<string, JsonSchema>>;
  return { ...definitions[schema.$ref.replace('#/$defs/', '')], ...schema };
}

/** The settings of each entry of a table such as `engines`, or of a list of tables; their variable is the whole's. */
function insideTable(name: string, { type, additionalProperties, items }: JsonSchema): Setting[] {
  const isTable = type === 'object' && typeof additionalProperties === 'object';
  if (isTable) return fields(`${name}.<name>`, additionalProperties as JsonSchema);
  const { properties } = (items ?? {}) as JsonSchema;
  return properties === undefined ? [] : fields(`${name}[]`, items as JsonSchema);
}

function fields(name: string, schema: JsonSchema): Setting[] {
  if (schema.properties === undefined) return [{ name, variable: '', schema }];
  return Object.entries(schema.properties as object).flatMap(([key, value]) => fields(`${name}.${key}`, value));
}

function renderRow({ name, variable, schema }: Setting): string {
  const cells = [
    renderCode(name),
    renderCode(variable),
    renderType(schema),
    schema.default === undefined ? '' : renderCode(JSON.stringify(schema.default)),
    renderText(schema.description),
  ];
  return `| ${cells.join(' | ')} |`;
}

function renderType({ type, enum: values, items, anyOf }: JsonSchema): string {
  const [one, other] = (anyOf ?? []) as JsonSchema[];
  if (one !== undefined && other?.type === 'null') return `${renderType(one)} or null`;
  if (values !== undefined) return values.join(', ');
  if (type === 'object') return 'table';
  if (type !== 'array') return typeof type === 'string' ? type : 'any';
  const { enum: choices } = items as JsonSchema;
  return choices === undefined ? 'list' : `list of ${choices.join(', ')}`;
}

function renderText(description: unknown): string {
  const text = typeof description === 'string' ? description : '';
  return text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
}

function renderCode(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}
