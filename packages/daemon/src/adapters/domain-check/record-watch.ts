import type { Resolver } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { Problem } from '@berth/spec/problem';
import type { Clock } from '../../ports/clock.ts';
import type { RecordWatch } from '../../ports/domain-check.ts';
import { createResolver } from './domain-check.ts';

export interface RecordWatchOptions {
  /** Servers of the DNS to ask; empty: those of the machine. */
  readonly resolvers: readonly string[];
  /** At most so long. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Where the servers of zones listen; another one than 53 is for tests. */
  readonly serverPort?: number;
}

const firstPauseMs = 500;
const longestPauseMs = 10_000;
const mostServers = 12;

/** Asks every server that answers for the zone, not one that remembers, until all of them show the value. */
export function createRecordWatch({ resolvers, timeoutMs, clock, serverPort = 53 }: RecordWatchOptions): RecordWatch {
  const resolver = createResolver(resolvers);
  return async (name, value, signal) => {
    const end = clock.now() + timeoutMs;
    const servers = await findServers(resolver, name, serverPort);
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
      signal.throwIfAborted();
      const late = await findLate(servers, name, value);
      if (late === undefined) return;
      if (clock.now() + pauseMs > end) throw tooLate(name, late, timeoutMs);
      await pause(clock, pauseMs, signal);
    }
  };
}

interface NameServer {
  readonly name: string;
  readonly resolver: Resolver;
}

/** Those of the zone; where they cannot be found, whoever is usually asked. */
async function findServers(resolver: Resolver, name: string, port: number): Promise<readonly NameServer[]> {
  const names = await findServerNames(resolver, name);
  const found = await Promise.all(
    names.map(async (server) => {
      const addresses = await Promise.allSettled([resolver.resolve4(server), resolver.resolve6(server)]);
      return addresses
        .flatMap((one) => (one.status === 'fulfilled' ? one.value : []))
        .map((address) => ({ server, address }));
    }),
  );
  const servers = found.flat().slice(0, mostServers);
  if (servers.length === 0) return [{ name: 'The resolver', resolver }];
  return servers.map(({ server, address }) => ({
    name: `${server} (${address})`,
    resolver: createResolver([isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`]),
  }));
}

/** The nearest name above that has name servers is where the zone begins. */
async function findServerNames(resolver: Resolver, name: string): Promise<readonly string[]> {
  const labels = name.split('.');
  for (let at = 0; at < labels.length - 1; at += 1) {
    const servers = await resolver.resolveNs(labels.slice(at).join('.')).catch(() => []);
    if (servers.length > 0) return servers;
  }
  return [];
}

/** A server that does not show the value yet; one that is silent counts only where no other shows it. */
async function findLate(servers: readonly NameServer[], name: string, value: string): Promise<string | undefined> {
  const answers = await Promise.all(
    servers.map(async (server) => ({ server: server.name, is: await look(server.resolver, name, value) })),
  );
  const late = answers.find(({ is }) => is === 'late');
  if (late !== undefined) return late.server;
  return answers.some(({ is }) => is === 'shown') ? undefined : answers[0]?.server;
}

async function look(resolver: Resolver, name: string, value: string): Promise<'shown' | 'late' | 'silent'> {
  try {
    const records = await resolver.resolveTxt(name);
    return records.some((parts) => parts.join('') === value) ? 'shown' : 'late';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOTFOUND' || code === 'ENODATA' ? 'late' : 'silent';
  }
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(delayMs, resolve);
  const leave = (): void => {
    cancel();
    resolve();
  };
  signal.addEventListener('abort', leave, { once: true });
  return promise.finally(() => signal.removeEventListener('abort', leave));
}

function tooLate(name: string, server: string, timeoutMs: number): Problem {
  return new Problem(
    'dns-provider-failed',
    `${server} does not show the record of ${name} after ${timeoutMs / 1000} s. See that the provider writes into the right zone, or set edge.acme.dns.propagationSeconds higher.`,
  );
}
