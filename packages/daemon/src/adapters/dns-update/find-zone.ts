import { randomInt } from 'node:crypto';
import { type DnsServer, exchange } from './dns-exchange.ts';
import { listRecords, readHead, recordType, renderZoneQuery } from './dns-message.ts';

/** The zone of the server that a name is in: the nearest name above that has a start of authority. */
export async function findZone(server: DnsServer, name: string): Promise<string | undefined> {
  const labels = name.split('.');
  for (let at = 0; at < labels.length; at += 1) {
    const candidate = labels.slice(at).join('.');
    if (await isZone(server, candidate)) return candidate;
  }
  return undefined;
}

async function isZone(server: DnsServer, name: string): Promise<boolean> {
  const answer = await exchange(server, renderZoneQuery(randomInt(0x10000), name));
  const answers = readHead(answer)?.counts.answers ?? 0;
  return listRecords(answer)
    .slice(0, answers)
    .some(({ type }) => type === recordType.soa);
}
