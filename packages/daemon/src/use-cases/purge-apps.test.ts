import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { purgeApps } from './purge-apps.ts';
import { appOf, deployed } from './test-app.contract.ts';
import { ada, bob, openTestContext, root, type TestContext } from './test-context.contract.ts';

let context: TestContext;
beforeEach(async () => {
  context = await openTestContext();
  await deployed(context, ada, { name: 'one', labels: { course: '2026', kind: 'a' } });
  await deployed(context, ada, { name: 'two', labels: { course: '2025' } });
  await deployed(context, bob, { name: 'three', labels: { course: '2026' } });
});
afterEach(() => context.close());

const all = { labels: [], volumes: 'keep' } as const;

async function purged(...[actor, purge]: [typeof ada, Partial<Parameters<typeof purgeApps>[2]>]): Promise<string[]> {
  const outcomes = await purgeApps(context, actor, { ...all, ...purge });
  return outcomes.map(({ app }) => app);
}

describe('a purge', () => {
  test('by label takes what has the label, or the label with that value, or all of several', async () => {
    const look = (...labels: string[]) => purged(root, { labels, dryRun: true });
    expect(await look('course')).toEqual(['one', 'two', 'three']);
    expect(await look('course=2026')).toEqual(['one', 'three']);
    expect(await look('course=2026', 'kind=a')).toEqual(['one']);
    expect(await look('course=', 'kind')).toEqual([]);
    expect(await look('__proto__')).toEqual([]);
    expect(appOf(context, 'one').removing).toBeNull();
  });

  test('takes nobody else’s', async () => {
    expect(await purged(ada, { labels: ['course=2026'] })).toEqual(['one']);
    expect(appOf(context, 'three').removing).toBeNull();
    await expect(purged(ada, { labels: ['course'], owner: 'bob' })).rejects.toMatchObject({ code: 'forbidden' });
    expect(await purged(root, { labels: ['course'], owner: 'bob' })).toEqual(['three']);
  });

  test('by inactivity spares what was used or started since', async () => {
    context.clock.advance(100_000);
    expect(await purged(root, { idleSeconds: 101, dryRun: true })).toEqual([]);
    expect(await purged(root, { idleSeconds: 100, labels: ['course=2026'] })).toEqual(['one', 'three']);
    expect(appOf(context, 'one').removing).not.toBeNull();
    expect(await purged(root, { idleSeconds: 100 })).toEqual(['two']);
  });

  test('without a word about which is refused', async () => {
    await expect(purged(root, {})).rejects.toMatchObject({ code: 'validation-failed' });
  });
});
