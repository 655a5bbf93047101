import { Problem } from '@berth/spec/problem';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const deepest = 64;

/** JSON bodies only, and no text: an empty one counts as none, a deeply nested one is refused before anything recurses into it. */
export function readJsonBodies(server: FastifyInstance, mediaTypes: readonly string[]): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser([...mediaTypes], { parseAs: 'string' }, (request: FastifyRequest, body: string, done) => {
    if (body === '') done(null, undefined);
    else if (isTooDeep(body))
      done(new Problem('malformed-request', `The body is nested deeper than ${deepest} levels.`));
    else void parse(request, body, done);
  });
}

/** Counts brackets outside strings; what is not JSON at all is for the parser to say. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (isText && char === '\\') at += 1;
    else if (char === '"') isText = !isText;
    else if (!isText) depth += weight(char);
    if (depth > deepest) return true;
  }
  return false;
}

function weight(char: string | undefined): number {
  if (char === '{' || char === '[') return 1;
  return char === '}' || char === ']' ? -1 : 0;
}
