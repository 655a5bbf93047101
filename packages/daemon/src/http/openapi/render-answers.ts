import { type ProblemCode, problemTable } from '@berth/spec/problem';
import { ProblemDocument } from '@berth/spec/problem-document';
import type { AnswerShape, AnswerShapes } from '../answer.ts';
import { problemType } from '../render-problem.ts';
import type { ComponentSchemas } from './component-schemas.ts';
import type { Content, JsonSchema, ResponseObject } from './openapi-document.ts';

/** The responses of an operation that did what it was asked. */
export function renderAnswers(schemas: ComponentSchemas, answers: AnswerShapes): Record<string, ResponseObject> {
  return Object.fromEntries(Object.entries(answers).map(([status, shape]) => [status, renderAnswer(schemas, shape)]));
}

function renderAnswer(schemas: ComponentSchemas, { description, content, headers }: AnswerShape): ResponseObject {
  const types = Object.entries(content).map(([type, schema]) => [
    bareType(type),
    { schema: schemas.convert(schema, 'output') },
  ]);
  const named = Object.entries(headers).map(([name, text]) => [
    name,
    { description: text, schema: { type: 'string' } },
  ]);
  return {
    description,
    ...(named.length === 0 ? {} : { headers: Object.fromEntries(named) }),
    ...(types.length === 0 ? {} : { content: Object.fromEntries(types) as Content }),
  };
}

/** One response for each status that a problem has; its description lists the codes. */
export function renderProblems(
  schemas: ComponentSchemas,
  codes: readonly ProblemCode[],
): Record<string, ResponseObject> {
  const schema: JsonSchema = schemas.convert(ProblemDocument, 'output');
  const byStatus = Map.groupBy(codes, (code) => problemTable[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, own]) => {
      const description = own.map((code) => `\`${code}\`: ${problemTable[code].title}.`).join('\n');
      return [String(status), { description, content: { [problemType]: { schema } } }];
    }),
  );
}

function bareType(type: string): string {
  return type.split(';')[0] ?? type;
}
