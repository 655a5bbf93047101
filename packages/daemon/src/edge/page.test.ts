import { expect, test } from 'vitest';
import { renderPage } from './page.ts';

const paused = { code: 'app-unavailable', detail: 'The app is <paused> & "quiet".' } as const;

test('a browser gets a page, with nothing of the reason taken for markup', () => {
  const { status, headers, body } = renderPage(paused, 'text/html,application/xhtml+xml');
  expect(status).toBe(503);
  expect(headers).toContain('text/html; charset=utf-8');
  expect(body.toString()).toContain('The app is &lt;paused&gt; &amp; &quot;quiet&quot;.');
});

test.each([[undefined], ['*/*'], ['application/json']])(
  'a program that accepts %s gets a problem document',
  (accept) => {
    const { headers, body } = renderPage(paused, accept);
    expect(headers).toContain('application/problem+json');
    expect(JSON.parse(body.toString())).toEqual({
      type: 'urn:berth:edge:app-unavailable',
      title: 'The app takes no requests now',
      status: 503,
      detail: paused.detail,
    });
  },
);

test('what could not be understood ends the connection', () => {
  expect(renderPage({ code: 'malformed-request', detail: '' }, undefined).headers).toContain('close');
  expect(renderPage({ code: 'no-app-here', detail: '' }, undefined).headers).not.toContain('close');
});
