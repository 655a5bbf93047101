import { type RouteKey, routeKey } from '../core/route-table.ts';
import type { Context } from './context.ts';

/** Which hosts of the edge belong to apps: their own below the base domain, and their domains. */
export class AppHosts {
  readonly #context: Pick<Context, 'ledger' | 'policy'>;
  #domains: ReadonlySet<string> = new Set();
  #revision = -1;

  constructor(context: Pick<Context, 'ledger' | 'policy'>) {
    this.#context = context;
  }

  /** `*` is the host of those that lead nowhere else: the default app's. */
  has(host: string): boolean {
    if (host === '*') return this.#context.policy.defaultApp !== null;
    return this.#isOwn(host) || this.#isDomain(host);
  }

  /** True when an app's is the route at this very place. */
  hasPlace(key: RouteKey): boolean {
    if (this.#context.ledger.books.domains.has(routeKey(key))) return true;
    return key.pathPrefix === '/' && (key.host === '*' ? this.has('*') : this.#isOwn(key.host));
  }

  #isOwn(host: string): boolean {
    const suffix = `.${this.#context.policy.baseDomain}`;
    return host.endsWith(suffix) && this.#context.ledger.books.appIds.has(host.slice(0, -suffix.length));
  }

  /** A wildcard of an app's has all hosts below it. */
  #isDomain(host: string): boolean {
    const { ledger } = this.#context;
    if (ledger.revision !== this.#revision) {
      this.#domains = new Set([...ledger.books.domains.keys()].map((key) => key.slice(0, key.indexOf('/'))));
      this.#revision = ledger.revision;
    }
    const labels = host.split('.');
    return (
      this.#domains.has(host) || labels.some((_, index) => this.#domains.has(`*.${labels.slice(index + 1).join('.')}`))
    );
  }
}
