import { expect, test } from 'vitest';
import type { DnsProvider } from './dns-provider.ts';

/** A provider, and a look at what the DNS says then. */
export interface DnsStage {
  readonly provider: DnsProvider;
  /** All values of a name, sorted. */
  findText(name: string): Promise<readonly string[]>;
}

const name = '_acme-challenge.shop.example.org';

/** What every provider promises. */
export function describeDnsProvider(get: () => DnsStage): void {
  test('a value stands beside those that the name has, and goes alone', async () => {
    const { provider, findText } = stage(get);
    await provider.put(name, 'one');
    await provider.put(name, 'two');
    expect(await findText(name)).toEqual(['one', 'two']);
    await provider.remove(name, 'one');
    expect(await findText(name)).toEqual(['two']);
    await provider.remove(name, 'two');
    expect(await findText(name)).toEqual([]);
  });

  test('what is there already is put again, and what is not there is removed, without a word', async () => {
    const { provider, findText } = stage(get);
    await provider.put(name, 'same');
    await provider.put(name, 'same');
    expect(await findText(name)).toEqual(['same']);
    await provider.remove(name, 'same');
    await provider.remove(name, 'same');
    expect(await findText(name)).toEqual([]);
  });
}

function stage(get: () => DnsStage) {
  const { provider } = get();
  return { provider, findText: (of: string) => get().findText(of) };
}
