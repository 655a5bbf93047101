import type { EdgeChallenge } from '../../core/edge-certificate.ts';

const PREFIX = '/.well-known/acme-challenge/';

type AlpnChallenge = Extract<EdgeChallenge, { readonly kind: 'tls-alpn-01' }>;

/** What certificate authorities are answered that check whether a host is here. Not kept on the disk: a check takes seconds. */
export class ChallengeBook {
  #list: readonly EdgeChallenge[] = [];
  readonly #texts = new Map<string, string>();
  readonly #byName = new Map<string, AlpnChallenge>();

  /** Nearly always true: then no request needs to be looked at. */
  get isEmpty(): boolean {
    return this.#list.length === 0;
  }

  replace(challenges: readonly EdgeChallenge[]): void {
    this.#list = challenges;
    this.#texts.clear();
    this.#byName.clear();
    for (const challenge of challenges) this.#add(challenge);
  }

  list(): readonly EdgeChallenge[] {
    return this.#list;
  }

  /** The answer to an HTTP-01 check (RFC 8555, 8.3), as `text/plain`; undefined when the request is none of these. `host` in lower case. */
  findText(host: string, path: string): string | undefined {
    return path.startsWith(PREFIX) ? this.#texts.get(`${host}/${path.slice(PREFIX.length)}`) : undefined;
  }

  /** What a TLS-ALPN-01 check (RFC 8737) is to see of the name. */
  findAlpn(name: string): AlpnChallenge | undefined {
    return this.#byName.get(name);
  }

  #add(challenge: EdgeChallenge): void {
    const host = challenge.host.toLowerCase();
    if (challenge.kind === 'tls-alpn-01') this.#byName.set(host, challenge);
    else this.#texts.set(`${host}/${challenge.token}`, challenge.keyAuthorization);
  }
}
