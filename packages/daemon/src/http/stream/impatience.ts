import type { ServerResponse } from 'node:http';

const usual = { stepMs: 5000, patienceMs: 30_000 };

/** Cuts an answer whose reader takes nothing for half a minute although there is something to take. */
export function cutSlowReader(response: ServerResponse, { stepMs, patienceMs } = usual): void {
  let taken = -1;
  let stuckMs = 0;
  const look = (): void => {
    const written = response.socket?.bytesWritten ?? 0;
    stuckMs = response.writableLength > 0 && written === taken ? stuckMs + stepMs : 0;
    taken = written;
    if (stuckMs >= patienceMs) response.destroy();
  };
  const timer = setInterval(look, stepMs).unref();
  response.once('close', () => clearInterval(timer));
}
