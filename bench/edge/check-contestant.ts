import { get, type IncomingMessage } from 'node:http';
import { get as getByTls } from 'node:https';
import { text } from 'node:stream/consumers';
import { waitFor } from '../../test/harness/deadline.ts';
import { smallPage } from './backend/small-page.ts';
import type { Contestant } from './proxy/contestant.ts';

const READY_MS = 10_000;

/** Throws when it does not do what it is measured for: the whole page, the visitor's Host, and the headers of a proxy. */
export async function checkContestant(contestant: Contestant, host: string): Promise<void> {
  if (contestant.port !== 0) await checkScheme(contestant, host, 'http');
  if (contestant.tlsPort !== 0) await checkScheme(contestant, host, 'https');
}

async function checkScheme(contestant: Contestant, host: string, scheme: 'http' | 'https'): Promise<void> {
  const { name } = contestant;
  const askFor = (path: string) => ask({ contestant, host, scheme, path });
  const page = await waitFor(() => askFor('/small'), { deadlineMs: READY_MS, what: name });
  if (page.status !== 200 || page.body !== smallPage)
    throw new Error(`${name} answers ${scheme} with ${page.status} and ${page.body.length} bytes: ${page.body}`);
  const seen = await askFor('/seen');
  const [seenHost, address, seenScheme] = seen.body.split(' ');
  const isWhole = seenHost?.split(':')[0] === host && /127\.0\.0\.1/.test(address ?? '') && seenScheme === scheme;
  if (!isWhole) throw new Error(`${name} told the back-end of ${scheme}://${host}: ${seen.body}`);
}

interface Question {
  readonly contestant: Contestant;
  readonly host: string;
  readonly scheme: 'http' | 'https';
  readonly path: string;
}

interface Page {
  readonly status: number;
  readonly body: string;
}

/** On a connection of its own. */
export async function ask({ contestant, host, scheme, path }: Question): Promise<Page> {
  const port = scheme === 'http' ? contestant.port : contestant.tlsPort;
  const options = { host: '127.0.0.1', port, path, agent: false as const, headers: { host }, timeout: READY_MS };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const call =
      scheme === 'http'
        ? get(options, resolve)
        : getByTls({ ...options, servername: host, rejectUnauthorized: false }, resolve);
    call.on('timeout', () => call.destroy(new Error('nothing came')));
    call.on('error', reject);
  });
  return { status: answer.statusCode ?? 0, body: await text(answer) };
}
