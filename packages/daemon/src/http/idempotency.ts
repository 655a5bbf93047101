import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { fieldProblem, Problem, problemTable } from '@berth/spec/problem';
import type { ProblemDocument } from '@berth/spec/problem-document';
import type { KeptAnswer } from '../core/change.ts';
import type { Context } from '../use-cases/context.ts';
import type { RenderedAnswer } from './rendered-answer.ts';

const keptMs = 86_400_000;

/** The key of a request, and what distinguishes the request from another one with the same key. */
export interface KeyedRequest {
  readonly user: string;
  readonly key: string;
  readonly fingerprint: string;
}

export interface Fingerprinted {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
}

/** Undefined when the caller sent no key. */
export function keyedRequest(user: string, request: Fingerprinted): KeyedRequest | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw fieldProblem('Idempotency-Key', 'must be 1 to 255 visible ASCII characters');
  const { method, url, headers } = request;
  const parts = [method, url, headers['if-match'] ?? null, headers['if-none-match'] ?? null, request.body ?? null];
  return { user, key, fingerprint: hash('sha256', JSON.stringify(parts)) };
}

/** Does a thing once per key: whoever repeats the request within a day gets the first one's answer. */
export class IdempotencyKeys {
  readonly #context: Context;
  readonly #underWay = new Map<string, Promise<RenderedAnswer>>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Repeats that come while the first is under way wait for it. */
  async answer(request: KeyedRequest, act: () => Promise<RenderedAnswer>): Promise<RenderedAnswer> {
    const place = `${request.user} ${request.key}`;
    const earlier = this.#underWay.get(place);
    if (earlier !== undefined) await earlier.catch(() => {});
    if (earlier !== undefined) return this.answer(request, act);
    const answer = this.#findOrAct(request, act);
    this.#underWay.set(place, answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(place);
    }
  }

  async #findOrAct(request: KeyedRequest, act: () => Promise<RenderedAnswer>): Promise<RenderedAnswer> {
    const kept = await this.#context.store.findAnswer(request.user, request.key);
    if (kept !== undefined && kept.at > this.#context.clock.now() - keptMs) return replay(kept, request);
    const answer = await act();
    if (isWorthKeeping(answer)) await this.#keep(request, answer);
    return answer;
  }

  async #keep({ user, key, fingerprint }: KeyedRequest, { status, headers, body }: RenderedAnswer): Promise<void> {
    const text = textOf(body);
    const answer: KeptAnswer = {
      user,
      key,
      request: fingerprint,
      status,
      headers,
      body: text,
      at: this.#context.clock.now(),
    };
    await this.#context.ledger.write(() => ({ changes: [{ kind: 'answer.put', answer }], result: null }));
  }
}

function replay(kept: KeptAnswer, request: KeyedRequest): RenderedAnswer {
  if (kept.request !== request.fingerprint) {
    throw new Problem(
      'idempotency-key-reused',
      'This Idempotency-Key was used for another request within a day; use a new one.',
    );
  }
  return {
    status: kept.status,
    headers: { ...kept.headers, 'idempotent-replayed': 'true' },
    body: kept.body === '' ? null : kept.body,
  };
}

/** Streams are never kept: no endpoint that streams takes a key. */
function textOf(body: RenderedAnswer['body']): string {
  return typeof body === 'string' || Buffer.isBuffer(body) ? body.toString() : '';
}

/** What a repetition might change is not kept: failures of ours, and problems that pass by themselves. */
function isWorthKeeping({ status, body }: RenderedAnswer): boolean {
  if (status >= 500 || status === 401) return false;
  if (status < 400) return true;
  const { code } = JSON.parse(textOf(body)) as Partial<ProblemDocument>;
  return code !== undefined && !problemTable[code].retryable;
}
