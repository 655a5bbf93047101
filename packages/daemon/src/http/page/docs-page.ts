import type { Content, OpenApiDocument, OperationObject, ResponseObject } from '../openapi/openapi-document.ts';
import { escapeHtml, renderPage, renderProse } from './html.ts';
import { descriptionOf, renderFields, renderType } from './schema-text.ts';

/** The whole document as one page that loads nothing. */
export function renderDocsPage(document: OpenApiDocument): string {
  const chapters = document.tags.map(({ name }) => renderChapter(document, name));
  const links = [...document.tags.map(({ name }) => name), 'schemas'].map(
    (name) => `<a href="#${escapeHtml(name)}">${escapeHtml(name)}</a>`,
  );
  const head = `<h1>${escapeHtml(document.info.title)} API</h1><p>${renderProse(document.info.description)}</p>`;
  const more = '<p><a href="/openapi.json">openapi.json</a></p>';
  return renderPage(
    'Berth API',
    `${head}${more}<nav>${links.join('')}</nav>${chapters.join('')}${renderSchemas(document)}`,
  );
}

function renderChapter(document: OpenApiDocument, tag: string): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operation.tags.includes(tag) ? [renderOperation(path, method, operation)] : [],
    ),
  );
  return `<h2 id="${escapeHtml(tag)}">${escapeHtml(tag)}</h2>${operations.join('')}`;
}

function renderOperation(path: string, method: string, operation: OperationObject): string {
  const head = `<span class="verb">${method.toUpperCase()}</span> <code>${escapeHtml(path)}</code> <span class="what">${renderProse(operation.summary)}</span>`;
  const access = operation.security.length === 0 ? 'Needs no token.' : 'Needs a bearer token.';
  const parts = [
    `<p>${renderProse(operation.description ?? '')} ${access} <code>${escapeHtml(operation.operationId)}</code></p>`,
    renderParameters(operation),
    renderRequest(operation),
    renderResponses(operation),
  ];
  return `<details><summary>${head}</summary><div id="${escapeHtml(operation.operationId)}">${parts.join('')}</div></details>`;
}

function renderParameters({ parameters }: OperationObject): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map((parameter) => {
    const text = parameter.description ?? descriptionOf(parameter.schema);
    return `<tr><td><code>${escapeHtml(parameter.name)}</code>${parameter.required ? ' *' : ''}</td><td>${parameter.in}</td><td>${renderType(parameter.schema)}</td><td>${renderProse(text)}</td></tr>`;
  });
  return `<h3>Parameters</h3><table><tr><th>Name</th><th>In</th><th>Type</th><th>Meaning</th></tr>${rows.join('')}</table>`;
}

function renderRequest({ requestBody }: OperationObject): string {
  return requestBody === undefined
    ? ''
    : `<h3>Body${requestBody.required ? ' *' : ''}</h3><p>${renderContent(requestBody.content)}</p>`;
}

function renderResponses({ responses }: OperationObject): string {
  const rows = Object.entries(responses).map(
    ([status, response]) =>
      `<tr><td>${escapeHtml(status)}</td><td>${renderResponse(response)}</td><td>${renderProse(response.description)}</td></tr>`,
  );
  return `<h3>Answers</h3><table><tr><th>Status</th><th>Body</th><th>Meaning</th></tr>${rows.join('')}</table>`;
}

function renderResponse({ content, headers }: ResponseObject): string {
  const names = Object.keys(headers ?? {}).map((name) => `<br><code>${escapeHtml(name)}</code>`);
  return (content === undefined ? '' : renderContent(content)) + names.join('');
}

function renderContent(content: Content): string {
  return Object.entries(content)
    .map(([type, { schema }]) => `${renderType(schema)} <code>${escapeHtml(type)}</code>`)
    .join('<br>');
}

function renderSchemas({ components }: OpenApiDocument): string {
  const all = Object.entries(components.schemas).map(([name, schema]) => {
    return `<details><summary><b>${escapeHtml(name)}</b> <span class="what">${renderProse(descriptionOf(schema))}</span></summary><div id="schema-${escapeHtml(name)}">${renderFields(schema)}</div></details>`;
  });
  return `<h2 id="schemas">schemas</h2>${all.join('')}`;
}
