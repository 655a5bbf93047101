import { z } from 'zod';

/** A query is text; this turns the text of numbers, truths and lists into what the schema speaks of, and leaves the rest to it. */
export function typeQuery(schema: z.ZodObject, query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, text]) => {
      const field = Object.hasOwn(schema.shape, name) ? schema.shape[name] : undefined;
      return [name, field === undefined ? text : typeText(bareType(field as z.ZodType), text)];
    }),
  );
}

function typeText(schema: z.ZodType, text: unknown): unknown {
  if (schema instanceof z.ZodArray) return Array.isArray(text) ? text : [text];
  if (typeof text !== 'string') return text;
  if (schema instanceof z.ZodNumber) return /^-?\d{1,16}$/.test(text) ? Number(text) : text;
  if (schema instanceof z.ZodBoolean) return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

/** The schema within `.optional()` and `.default()`. */
function bareType(schema: z.ZodType): z.ZodType {
  const { innerType } = schema.def as { innerType?: z.ZodType };
  return innerType === undefined ? schema : bareType(innerType);
}
