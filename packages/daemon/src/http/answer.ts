import type { Readable } from 'node:stream';
import type { z } from 'zod';

/** What an endpoint may answer with under one status: said once, for types, checks and the OpenAPI document. */
export interface AnswerShape<Body = unknown> {
  readonly description: string;
  /** Schemas by media type; none for an answer without a body. */
  readonly content: Readonly<Record<string, z.ZodType>>;
  /** Headers beside the usual ones, with their descriptions. */
  readonly headers: Readonly<Record<string, string>>;
  /** Never there: it carries the type alone. */
  readonly body?: Body;
}

export type AnswerShapes = Readonly<Record<number, AnswerShape>>;

/** What a handler gives back: one of the endpoint's shapes, filled in. */
export type AnswerOf<Shapes extends AnswerShapes> = {
  [Status in keyof Shapes & number]: Answer<Status, Shapes[Status] extends AnswerShape<infer Body> ? Body : never>;
}[keyof Shapes & number];

export interface Answer<Status extends number = number, Body = unknown> {
  readonly status: Status;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Body;
}

export function answer<const Status extends number, Body>(
  status: Status,
  body: Body,
  headers?: Readonly<Record<string, string>>,
): Answer<Status, Body> {
  return headers === undefined ? { status, body } : { status, headers, body };
}

/** JSON that is text already, with the entity tag of that text. */
export class RenderedJson {
  readonly bytes: Buffer;
  readonly tag: string;

  constructor(bytes: Buffer, tag: string) {
    this.bytes = bytes;
    this.tag = tag;
  }
}

/** A body that comes bit by bit. */
export interface StreamBody {
  readonly mediaType: string;
  readonly source: Readable;
}

/** A body of text that is not JSON. */
export interface TextBody {
  readonly mediaType: string;
  readonly text: string;
}

type Headers = Readonly<Record<string, string>>;

export function json<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  headers: Headers = {},
): AnswerShape<z.output<Schema> | RenderedJson> {
  return { description, content: { 'application/json': schema }, headers };
}

export function nothing(description: string, headers: Headers = {}): AnswerShape<null> {
  return { description, content: {}, headers };
}

export function streamed<Body = never>(
  description: string,
  content: AnswerShape['content'],
): AnswerShape<StreamBody | Body> {
  return { description, content, headers: {} };
}

export function text(description: string, content: AnswerShape['content']): AnswerShape<TextBody> {
  return { description, content, headers: {} };
}

export function isStreamBody(body: unknown): body is StreamBody {
  return typeof body === 'object' && body !== null && 'source' in body && 'mediaType' in body;
}

export function isTextBody(body: unknown): body is TextBody {
  return typeof body === 'object' && body !== null && 'text' in body && 'mediaType' in body;
}
