import { isProblem, Problem } from '@berth/spec/problem';

const malformed = 'malformed-request';

/** What the framework throws, in Berth's words; the details are ours, because they are for the caller. */
const translations: Readonly<Record<string, () => Problem>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    new Problem(
      'unsupported-media-type',
      'The content type is not one that this path takes; most take application/json.',
    ),
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new Problem('body-too-large', 'The body is larger than 1 MiB; files can be sent to /v1/apps/{name}/files.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new Problem(malformed, 'The body is not as long as Content-Length says.'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new Problem(malformed, 'The body is not valid JSON.'),
  FST_ERR_BAD_URL: () => new Problem(malformed, 'The path is not valid: check its percent-encoding.'),
  FST_ERR_MAX_PARAM_LENGTH_EXCEEDED: () => new Problem(malformed, 'A part of the path is too long.'),
};

/** Whatever was thrown, as a problem where it is the caller's doing; anything else stays as it is. */
export function requestProblem(error: unknown): unknown {
  if (isProblem(error)) return error;
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number };
  const translate = code === undefined ? undefined : translations[code];
  if (translate !== undefined) return translate();
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
    ? new Problem(malformed, 'The request could not be read.')
    : error;
}
