import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { Problem } from '@berth/spec/problem';

/** One answer, whole. */
export interface HttpsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface HttpsCall {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const timeoutMs = 30_000;
const mostBytes = 1024 * 1024;

/** Calls to the authority: kept connections, a deadline for each call, a bound for each answer. */
export class HttpsCaller {
  readonly #agent: TlsAgent;
  readonly #plainAgent = new Agent({ keepAlive: true, maxSockets: 4 });

  /** `ca` is the PEM of the roots to trust instead of the usual ones. */
  constructor(ca: string | undefined) {
    this.#agent = new TlsAgent({ keepAlive: true, maxSockets: 4, ...(ca === undefined ? {} : { ca }) });
  }

  /** Rejects with `authority-unreachable` when no whole answer comes in time. */
  async call(call: HttpsCall): Promise<HttpsAnswer> {
    try {
      return await this.#send(call);
    } catch (error) {
      throw unreachable(call.url, error);
    }
  }

  close(): void {
    this.#agent.destroy();
    this.#plainAgent.destroy();
  }

  #send({ method, url, body, headers = {} }: HttpsCall): Promise<HttpsAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpsAnswer>();
    const isPlain = url.startsWith('http:');
    const request = (isPlain ? httpRequest : httpsRequest)(url, {
      method,
      agent: isPlain ? this.#plainAgent : this.#agent,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'user-agent': 'berth',
        'accept-language': 'en',
        ...headers,
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        parts.push(part);
        size += part.length;
        if (size > mostBytes) request.destroy(new Error('the answer is too long'));
      });
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers: answered } = response;
        resolve({ status, headers: answered, text: Buffer.concat(parts).toString() });
      });
    });
    request.end(body);
    return promise;
  }
}

function unreachable(url: string, cause: unknown): Problem {
  const reason = cause instanceof Error ? describe(cause) : String(cause);
  const host = URL.canParse(url) ? new URL(url).host : url;
  return new Problem(
    'authority-unreachable',
    `The certificate authority at ${host} does not answer: ${reason}. Berth tries again by itself.`,
    { cause },
  );
}

const untrusted = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

function describe(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  if (error.name === 'TimeoutError') return `nothing came within ${timeoutMs / 1000} s`;
  if (code !== undefined && untrusted.has(code))
    return 'its own certificate is not trusted here; name its root in edge.acme.caFile';
  // Of the network, for whoever's app it is: without the address.
  return error.message === '' || 'syscall' in error ? (code ?? error.name) : error.message;
}
