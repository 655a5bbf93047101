import { renderPage } from './html.ts';

/** What a browser sees at the API's root. */
export function renderLandingPage(): string {
  const body = `<h1>Berth</h1>
<p>Gives every container a place to dock: an address, an owner, a desired state and a record of its time in port.</p>
<ul>
<li><a href="/docs">The API, as a page</a></li>
<li><a href="/openapi.json">The API, as an OpenAPI 3.1 document</a></li>
<li><a href="/healthz">Is it alive?</a> · <a href="/readyz">Is it ready?</a></li>
</ul>
<pre><code>curl -H "Authorization: Bearer $TOKEN" -X PUT -H 'Content-Type: application/json' \\
  -d '{"image":"nginx:1.29"}' "$BERTH/v1/apps/hello?wait=1m"</code></pre>`;
  return renderPage('Berth', body);
}
