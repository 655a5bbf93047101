import { once } from 'node:events';
import { Agent, type IncomingMessage, request as openRequest } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { routeTo, startApp, type TestApp } from '../testing/app.ts';
import { openTestEdge, type TestEdge } from '../testing/edge.ts';

const REQUESTS = 2_000;
const VISITORS = 20;
const SWAPS = 50;

let edge: TestEdge;
beforeEach(async () => {
  edge = await openTestEdge();
});
afterEach(async () => edge.close());

test('fifty swaps under constant load fail no request', async () => {
  let current = await startInstance();
  await edge.replace(routeTo([current.target('0')]));
  const load = startLoad(edge.port);
  for (let swap = 1; swap <= SWAPS; swap += 1) {
    await load.reach((REQUESTS / (SWAPS + 1)) * swap);
    const next = await startInstance();
    await edge.apply({ put: [routeTo([next.target(String(swap))])], remove: [] });
    await edge.drain(String(swap - 1), 10_000);
    // The old one is stopped without mercy: nothing may be under way to it.
    await current.close();
    current = next;
  }
  expect(await load.end).toEqual([]);
  expect(load.answered()).toBe(REQUESTS);
  await current.close();
});

/** Takes a moment for each answer, so that every swap meets requests that are under way. */
async function startInstance(): Promise<TestApp> {
  return startApp((request, response) => {
    request.resume().once('end', () => setTimeout(() => response.end('x'.repeat(2_000)), Math.random() * 5));
  });
}

interface Load {
  readonly end: Promise<readonly string[]>;
  answered(): number;
  reach(count: number): Promise<void>;
}

/** GET and POST in turn; what fails is told by `end`. */
function startLoad(port: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: VISITORS });
  const failures: string[] = [];
  let [begun, answered] = [0, 0];
  const come = async (): Promise<void> => {
    while (begun < REQUESTS) {
      begun += 1;
      const outcome = await ask(port, agent, begun % 2 === 0 ? 'POST' : 'GET').catch(String);
      if (outcome === '200 2000') answered += 1;
      else failures.push(outcome);
    }
  };
  const end = Promise.all(Array.from({ length: VISITORS }, come)).then(() => {
    agent.destroy();
    return failures;
  });
  return {
    end,
    answered: () => answered,
    reach: async (count) => {
      const isReached = (): boolean => answered + failures.length >= Math.floor(count);
      await expect.poll(isReached, { interval: 2, timeout: 20_000 }).toBe(true);
    },
  };
}

async function ask(port: number, agent: Agent, method: string): Promise<string> {
  const request = openRequest({ port, method, agent, headers: { host: 'app.test' } });
  request.end(method === 'POST' ? 'hello' : undefined);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const body = Buffer.concat(await answer.toArray());
  return `${answer.statusCode} ${body.length}`;
}
