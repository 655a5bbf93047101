import { type Client, createClient } from './generated/client/index.ts';

export interface BerthClientOptions {
  /** Where the daemon's API is, such as `http://127.0.0.1:7070`. */
  readonly url: string;
  /** Without one, only what anybody may read can be read. */
  readonly token?: string;
  /** Default: the platform's. */
  readonly fetch?: typeof globalThis.fetch;
}

/** What the functions of `generated/sdk.gen.ts` take as `client`: `listApps({ client, query: { limit: 20 } })`. */
export function createBerthClient({ url, token, fetch }: BerthClientOptions): Client {
  const client = createClient({
    baseUrl: url.replace(/\/+$/, ''),
    ...(token === undefined || token === '' ? {} : { auth: token }),
    ...(fetch === undefined ? {} : { fetch }),
  });
  client.interceptors.request.use(askForJson);
  return client;
}

/** Some paths answer with a stream to those who say nothing: a function that returns a page asks for one. */
function askForJson(request: Request): Request {
  if (!request.headers.has('accept')) request.headers.set('accept', 'application/json');
  return request;
}
