import { Resolver } from 'node:dns/promises';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import type { DomainCheck, DomainQuestion } from '../../ports/domain-check.ts';

export interface DomainCheckOptions {
  /** Where authorities ask: 80, but in tests. */
  readonly port: number;
  /** Servers of the DNS to ask, `192.0.2.1` or `192.0.2.1:53`; empty: those of the machine. */
  readonly resolvers: readonly string[];
  /** True for an authority in the same network: elsewhere a private address leads nowhere, and is not asked. */
  readonly mayBePrivate: boolean;
}

const timeoutMs = 5_000;
const mostBytes = 1024;
const unlessBlind = 'If this network just cannot reach itself, set edge.acme.check to false.';

/** Looks up every address of the host, and asks at each: authorities choose any of them. */
export function createDomainCheck(options: DomainCheckOptions): DomainCheck {
  const resolver = createResolver(options.resolvers);
  return async (question) => {
    const addresses = await findAddresses(resolver, question.host);
    if (typeof addresses === 'string') return addresses;
    const hidden = options.mayBePrivate ? undefined : addresses.find(isPrivate);
    if (hidden !== undefined) return leadsInside(question.host, hidden);
    const obstacles = await Promise.all(addresses.map((address) => ask(question, address, options.port)));
    return obstacles.find((obstacle) => obstacle !== null) ?? null;
  };
}

/** A resolver that gives up soon. */
export function createResolver(servers: readonly string[]): Resolver {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  if (servers.length > 0) resolver.setServers([...servers]);
  return resolver;
}

/** A sentence where there are none. */
async function findAddresses(resolver: Resolver, host: string): Promise<readonly string[] | string> {
  const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  const addresses = found.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  if (addresses.length > 0) return addresses;
  const codes = found.flatMap((one) => (one.status === 'rejected' ? [(one.reason as NodeJS.ErrnoException).code] : []));
  if (codes.every((code) => code === 'ENOTFOUND' || code === 'ENODATA'))
    return `${host} has no address in DNS. Let an A or AAAA record lead to this machine.`;
  return `DNS does not say where ${host} is (${codes.join(', ')}). See that its name servers answer.`;
}

/** Networks that nobody outside reaches (RFC 6890). */
const insideNetworks = new BlockList();
for (const network of [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
])
  addNetwork(network, 'ipv4');
for (const network of ['::/127', 'fc00::/7', 'fe80::/10']) addNetwork(network, 'ipv6');

function addNetwork(network: string, family: 'ipv4' | 'ipv6'): void {
  const [address = '', prefix] = network.split('/');
  insideNetworks.addSubnet(address, Number(prefix), family);
}

function isPrivate(address: string): boolean {
  return insideNetworks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function leadsInside(host: string, address: string): string {
  return `${host} leads to ${address}, which nobody outside reaches. Let it lead to this machine’s public address; where DNS here says another thing than outside, set edge.acme.resolvers.`;
}

async function ask(question: DomainQuestion, address: string, port: number): Promise<string | null> {
  const { host, answer } = question;
  try {
    const { status, text } = await get(question, address, port);
    // The authority follows it further than is worth doing here.
    if (status >= 300 && status < 400) return null;
    if (text.trim() === answer) return null;
    return `${host} leads to ${address}, where something else answers (status ${status}). Let it lead to this machine. ${unlessBlind}`;
  } catch (error) {
    const reason = error instanceof Error && error.name !== 'TimeoutError' ? error.message : 'nothing came in time';
    return `${host} leads to ${address}, where nobody answers on port ${port} (${reason}). Let it lead to this machine, and open that port. ${unlessBlind}`;
  }
}

function get({ host, path }: DomainQuestion, address: string, port: number): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const signal = AbortSignal.timeout(timeoutMs);
  const headers = { host: port === 80 ? host : `${host}:${port}`, 'user-agent': 'berth' };
  const request = httpRequest({ host: address, port, path, headers, agent: false, signal });
  request.on('error', reject);
  request.on('response', (response) => {
    readSome(response).then((text) => resolve({ status: response.statusCode ?? 0, text }), reject);
  });
  request.end();
  return promise.finally(() => request.destroy());
}

async function readSome(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > mostBytes) break;
  }
  return Buffer.concat(parts).toString();
}
