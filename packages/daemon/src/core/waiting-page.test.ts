import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { planWait, renderWaitingPage, type WaitingPage, waitingHeaders, waitingPolicy } from './waiting-page.ts';

const page: WaitingPage = {
  title: 'Your <viewer>',
  reason: 'It is "being" started & more.',
  giveUpSeconds: 60,
  hasGivenUp: false,
};

function hashOf(html: string, tag: 'style' | 'script'): string {
  const [, content = ''] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(html) ?? [];
  return createHash('sha256').update(content).digest('base64');
}

describe('a page that waits', () => {
  test('runs no style and no script but its own', () => {
    const html = renderWaitingPage(page);
    expect(waitingPolicy).toContain(`style-src 'sha256-${hashOf(html, 'style')}'`);
    expect(waitingPolicy).toContain(`script-src 'sha256-${hashOf(html, 'script')}'`);
    expect(waitingPolicy).not.toContain('unsafe');
  });

  test('takes nothing that it is told for markup', () => {
    const html = renderWaitingPage({ ...page, text: '<img src=x>', logs: '/logs"onclick="x' });
    expect(html).toContain('<h1>Your &lt;viewer&gt;</h1>');
    expect(html).toContain('It is &quot;being&quot; started &amp; more.');
    expect(html).toContain('&lt;img src=x&gt;');
    expect(html).toContain('href="/logs&quot;onclick=&quot;x"');
  });

  test('asks again without a script, until it has given up', () => {
    expect(renderWaitingPage(page)).toMatch(/<noscript><meta http-equiv="refresh"/);
    const over = renderWaitingPage({ ...page, hasGivenUp: true });
    expect(over).not.toContain('http-equiv="refresh"');
    expect(over).toMatch(/<p id="over">/);
    expect(renderWaitingPage(page)).toMatch(/<p id="over" hidden>/);
  });

  test('knows a visitor without a script again, until it has given up', () => {
    const wait = { isHead: false, path: '/a', giveUpSeconds: 10, nowSeconds: 1000 };
    const first = planWait({ ...wait, cookies: 'x=y' });
    expect(first).toEqual({
      hasGivenUp: false,
      cookie: 'berth-waiting=1000; Path=/a; Max-Age=70; HttpOnly; SameSite=Lax',
    });
    expect(planWait({ ...wait, nowSeconds: 1009, cookies: 'x=y; berth-waiting=1000' }).hasGivenUp).toBe(false);
    const last = planWait({ ...wait, nowSeconds: 1010, cookies: 'berth-waiting=1000 ; x=y' });
    expect(last).toMatchObject({ hasGivenUp: true, cookie: expect.stringContaining('Max-Age=0') as string });
  });

  test('leaves no cookie with a visitor who has a script: who reloads the page waits anew', () => {
    const { cookie } = planWait({ cookies: undefined, isHead: true, path: '/', giveUpSeconds: 10, nowSeconds: 1 });
    expect(cookie).toContain('Max-Age=0');
  });

  test('says why in a header, too, whatever is in it', () => {
    const [name, value] = waitingHeaders({ reason: 'Zwölf\r\nX: y' });
    expect([name, value]).toEqual(['Berth-Waiting', 'Zw%C3%B6lf%0D%0AX%3A%20y']);
  });
});
