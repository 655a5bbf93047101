import { randomInt } from 'node:crypto';
import { isProblem, Problem } from '@berth/spec/problem';
import type { Clock } from '../../ports/clock.ts';
import type { DnsProvider } from '../../ports/dns-provider.ts';
import { type DnsServer, exchange } from './dns-exchange.ts';
import { readHead, renderUpdate } from './dns-message.ts';
import { findZone } from './find-zone.ts';
import { signMessage, type TsigKey, verifyAnswer } from './tsig.ts';

export interface DnsUpdateOptions {
  readonly server: DnsServer;
  readonly key: TsigKey;
  /** Undefined: the server is asked. */
  readonly zone?: string | undefined;
  readonly ttlSeconds: number;
  readonly clock: Clock;
}

/** Writes TXT records by dynamic update, each signed. */
export function createDnsUpdateProvider(options: DnsUpdateOptions): DnsProvider {
  return {
    put: (name, value) => update(options, { name, value, ttlSeconds: options.ttlSeconds }),
    remove: (name, value) => update(options, { name, value, ttlSeconds: null }),
  };
}

interface Wish {
  readonly name: string;
  readonly value: string;
  readonly ttlSeconds: number | null;
}

/** What went wrong is told to whoever's app it is, so that addresses stand in the cause alone. */
async function update(options: DnsUpdateOptions, wish: Wish): Promise<void> {
  try {
    await send(options, wish);
  } catch (error) {
    if (isProblem(error)) throw error;
    const { code = 'no answer' } = error as NodeJS.ErrnoException;
    throw failed(`The DNS server does not answer (${code}). Check edge.acme.dns.rfc2136.server.`, error);
  }
}

async function send({ server, key, zone: given, clock }: DnsUpdateOptions, wish: Wish): Promise<void> {
  const zone = given ?? (await findZone(server, wish.name));
  if (zone === undefined) throw failed(`The DNS server has no zone for ${wish.name}. Set edge.acme.dns.rfc2136.zone.`);
  const request = renderUpdate(randomInt(0x10000), { ...wish, zone });
  const { message, mac } = signMessage(request, key, Math.floor(clock.now() / 1000));
  const answer = await exchange(server, message);
  const signatureError = verifyAnswer(answer, key, mac);
  const code = readHead(answer)?.code ?? -1;
  if (code === 0 && signatureError === 0) return;
  throw failed(`The DNS server did not change ${zone}: ${describe(code, signatureError)}`);
}

/** RFC 8945, 3. */
const signatureErrors: Readonly<Record<number, string>> = {
  16: 'the signature is wrong. Check keySecret and keyAlgorithm of edge.acme.dns.rfc2136.',
  17: 'it does not know the key. Check keyName and keyAlgorithm of edge.acme.dns.rfc2136.',
  18: 'its clock and this one differ. Set both by NTP.',
};

/** RFC 1035, 4.1.1; RFC 2136, 2.2. */
const codes: Readonly<Record<number, string>> = {
  2: 'it failed inside. Look into its log.',
  4: 'it takes no updates.',
  5: 'the key may not change this name. Allow it there.',
  9: 'it is not the primary server of the zone, or refuses the key.',
  10: 'the name is not in the zone. Check edge.acme.dns.rfc2136.zone.',
};

function describe(code: number, signatureError: number | undefined): string {
  const bySignature = signatureErrors[signatureError ?? 0];
  if (bySignature !== undefined) return bySignature;
  if (code !== 0) return codes[code] ?? `its answer is ${code}.`;
  return 'its answer is not signed by the key, so that it may be a stranger’s.';
}

function failed(detail: string, cause?: unknown): Problem {
  return new Problem('dns-provider-failed', detail, { cause });
}
