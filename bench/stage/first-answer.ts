import { type Agent, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

export interface Place {
  readonly host: string;
  readonly port: number;
  /** The name that is asked for, where it is not the address. */
  readonly name?: string;
  readonly path?: string;
  readonly agent?: Agent;
  /** What the page must hold; any page with status 200 unless said. */
  readonly holding?: string;
}

const DEADLINE_MS = 60_000;
const GAP_MS = 2;
/** The first packets to a new address may be lost, and the system repeats them after a second only. */
const FIRST_PATIENCE_MS = 20;
const PATIENCE_GROWTH = 1.5;
const MOST_PATIENCE_MS = 1_000;

/** Asks again and again until the page is there. */
export async function awaitFirstAnswer(place: Place): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  let patienceMs = FIRST_PATIENCE_MS;
  while (!(await isThere(place, patienceMs))) {
    if (performance.now() > end) throw new Error(`${place.name ?? place.host} did not answer in ${DEADLINE_MS} ms.`);
    patienceMs = Math.min(MOST_PATIENCE_MS, patienceMs * PATIENCE_GROWTH);
    await delay(GAP_MS);
  }
}

function isThere(
  { host, port, name = host, path = '/', agent, holding = '' }: Place,
  timeout: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const headers = { host: name };
    const call = get({ host, port, path, timeout, headers, agent: agent ?? false }, (response) => {
      const isGood = (page: string) => response.statusCode === 200 && page.includes(holding);
      text(response).then(
        (page) => resolve(isGood(page)),
        () => resolve(false),
      );
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
  });
}
