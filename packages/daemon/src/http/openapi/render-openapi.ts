import { type ProblemCode, problemTable } from '@berth/spec/problem';
import type { z } from 'zod';
import type { AnyEndpoint } from '../endpoint.ts';
import { bearerProblems, bodyProblems, keyProblems, usualProblems } from '../problem-set.ts';
import { ComponentSchemas } from './component-schemas.ts';
import { renderAnswers, renderProblems } from './render-answers.ts';
import type { OpenApiDocument, OperationObject, ParameterObject } from './openapi-document.ts';

const info = {
  title: 'Berth',
  version: '1',
  description:
    'Deploy an image by one call, get a URL, and from then on start, stop, pause, scale, watch and remove it. Every failure is an RFC 9457 problem with one of the codes that its operation lists. Changes answer with an operation that can be followed or waited for; a repeated `Idempotency-Key` gets the first answer again.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

type Chapters = Readonly<Record<string, readonly AnyEndpoint[]>>;

/** The OpenAPI 3.1 document of these endpoints: made from the very schemas that check requests and answers. */
export function renderOpenApi(chapters: Chapters): OpenApiDocument {
  const schemas = new ComponentSchemas();
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const [tag, endpoints] of Object.entries(chapters)) {
    for (const one of endpoints)
      (paths[one.path] ??= {})[one.method.toLowerCase()] = renderOperation(schemas, one, tag);
  }
  const bearer = { type: 'http', scheme: 'bearer', description: 'A token: `Authorization: Bearer berth_…`.' } as const;
  return {
    openapi: '3.1.1',
    info,
    servers: [{ url: '/' }],
    tags: Object.keys(chapters).map((name) => ({ name })),
    paths: schemas.rename(paths),
    components: { schemas: schemas.components(), securitySchemes: { bearer } },
  };
}

function renderOperation(schemas: ComponentSchemas, endpoint: AnyEndpoint, tag: string): OperationObject {
  const problems = problemsOf(endpoint);
  return {
    operationId: endpoint.operationId,
    summary: endpoint.summary,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    tags: [tag],
    security: endpoint.access === 'public' ? [] : [{ bearer: [] }],
    parameters: renderParameters(schemas, endpoint),
    ...renderBody(schemas, endpoint),
    responses: { ...renderAnswers(schemas, endpoint.answers), ...renderProblems(schemas, problems) },
    'x-problems': problems,
  };
}

/** Every code that the endpoint can answer with, in the order of the problem table. */
function problemsOf(endpoint: AnyEndpoint): ProblemCode[] {
  const hasBody = endpoint.method !== 'GET';
  const codes = new Set<ProblemCode>([
    ...usualProblems,
    ...(endpoint.access === 'bearer' ? bearerProblems : []),
    ...(hasBody ? bodyProblems : []),
    ...(takesKey(endpoint) ? keyProblems : []),
    ...endpoint.problems,
  ]);
  return (Object.keys(problemTable) as ProblemCode[]).filter((code) => codes.has(code));
}

/** True where an `Idempotency-Key` is heeded. */
function takesKey(endpoint: AnyEndpoint): boolean {
  return endpoint.method !== 'GET' && endpoint.idempotencyKey !== 'never';
}

const keyHeader = {
  'Idempotency-Key': 'A repetition of this very request with the same key, within a day, gets the first answer.',
};

function renderParameters(schemas: ComponentSchemas, endpoint: AnyEndpoint): ParameterObject[] {
  const headers = { ...endpoint.headers, ...(takesKey(endpoint) ? keyHeader : {}) };
  return [
    ...shapeParameters(schemas, endpoint.params, 'path'),
    ...shapeParameters(schemas, endpoint.query, 'query'),
    ...Object.entries(headers).map(([name, description]) => ({
      name,
      in: 'header' as const,
      required: false,
      description,
      schema: { type: 'string' },
    })),
  ];
}

function shapeParameters(
  schemas: ComponentSchemas,
  shape: z.ZodObject | undefined,
  place: 'path' | 'query',
): ParameterObject[] {
  return Object.entries(shape?.shape ?? {}).map(([name, field]) => {
    const { description, ...schema } = schemas.convert(field as z.ZodType, 'input');
    const required = place === 'path' || !(field as z.ZodType).safeParse(undefined).success;
    return { name, in: place, required, ...(typeof description === 'string' ? { description } : {}), schema };
  });
}

function renderBody(
  schemas: ComponentSchemas,
  { body, bodyTypes = ['application/json'] }: AnyEndpoint,
): Pick<OperationObject, 'requestBody'> {
  if (body === undefined) return {};
  const schema = schemas.convert(body, 'input');
  const content = Object.fromEntries(bodyTypes.map((type) => [type, { schema }]));
  return { requestBody: { required: !body.safeParse(undefined).success, content } };
}
