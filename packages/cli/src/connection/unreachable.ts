import { type Failure, localFailure } from '../failure.ts';
import { isLoopback } from './base-url.ts';
import type { DaemonPlace } from './find-daemon.ts';

/** The daemon did not answer at all, and what its reader can do about it. */
export function unreachable(place: DaemonPlace, cause: unknown): Failure {
  const { url, urlSource } = place;
  const start = 'Start it with `berth serve`.';
  const elsewhere = `The address comes from ${urlSource}; \`berth login URL\`, --url or BERTH_URL give another one.`;
  const nextSteps = isLoopback(url) ? [start, elsewhere] : [elsewhere];
  return localFailure(
    'unreachable',
    { title: `Berth does not answer at ${url}`, detail: reasonOf(cause), nextSteps },
    cause,
  );
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there.',
  ENOTFOUND: 'There is no host of that name.',
  EAI_AGAIN: 'The name server did not answer.',
  ECONNRESET: 'It closed the connection without an answer.',
  UND_ERR_SOCKET: 'It closed the connection without an answer.',
  UND_ERR_CONNECT_TIMEOUT: 'The connection timed out.',
  ETIMEDOUT: 'The connection timed out.',
  EHOSTUNREACH: 'There is no way to that host.',
  ENETUNREACH: 'There is no way to that network.',
};

/** `fetch` hides the reason in the cause of a TypeError, and with several addresses one level deeper. */
function reasonOf(error: unknown): string {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner.name === 'TimeoutError') return 'It took too long.';
    const code = (inner as NodeJS.ErrnoException).code;
    const known = code === undefined ? undefined : reasons[code];
    if (known !== undefined) return known;
    if (inner.cause === undefined) return inner.message;
  }
  return String(error);
}
