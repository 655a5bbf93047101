import type { JsonSchema } from '../openapi/openapi-document.ts';
import { escapeHtml, renderProse } from './html.ts';

/** A schema in a few words, with links to the components it speaks of. */
export function renderType(schema: JsonSchema): string {
  if (typeof schema['$ref'] === 'string') return link(schema['$ref']);
  if (Array.isArray(schema['enum']))
    return schema['enum'].map((value) => `<code>${escapeHtml(String(value))}</code>`).join(' · ');
  if ('const' in schema) return `<code>${escapeHtml(JSON.stringify(schema['const']))}</code>`;
  const choices = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(choices)) return choices.map((choice) => renderType(choice as JsonSchema)).join(' or ');
  if (schema['type'] === 'array') return `list of ${renderType((schema['items'] ?? {}) as JsonSchema)}`;
  return escapeHtml(plainType(schema)) + limits(schema);
}

/** The fields of an object, as a table; other schemas as their type. */
export function renderFields(schema: JsonSchema): string {
  const { properties, required = [] } = schema as {
    properties?: Record<string, JsonSchema>;
    required?: readonly string[];
  };
  if (properties === undefined) return `<p>${renderType(schema)}</p>`;
  const rows = Object.entries(properties).map(([name, field]) => {
    const fallback =
      'default' in field ? `<br>default <code>${escapeHtml(JSON.stringify(field['default']))}</code>` : '';
    return `<tr><td><code>${escapeHtml(name)}</code>${required.includes(name) ? ' *' : ''}</td><td>${renderType(field)}${fallback}</td><td>${renderProse(descriptionOf(field))}</td></tr>`;
  });
  return `<table><tr><th>Field</th><th>Type</th><th>Meaning</th></tr>${rows.join('')}</table>`;
}

export function descriptionOf(schema: JsonSchema): string {
  return typeof schema['description'] === 'string' ? schema['description'] : '';
}

function link(reference: string): string {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return `<a href="#schema-${escapeHtml(name)}">${escapeHtml(name)}</a>`;
}

function plainType({ type, additionalProperties, format }: JsonSchema): string {
  if (type === 'object' && typeof additionalProperties === 'object') return 'table';
  if (format === 'binary') return 'bytes';
  return typeof type === 'string' ? type : 'any';
}

function limits({ minimum, maximum, maxLength }: JsonSchema): string {
  const isBounded = typeof minimum === 'number' && typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER;
  if (isBounded) return ` ${minimum} … ${maximum}`;
  return typeof maxLength === 'number' ? `, at most ${maxLength}` : '';
}
