import { generateKeyPairSync } from 'node:crypto';
import { Problem } from '@berth/spec/problem';
import type { AccountVault } from '../../ports/certificate-authority.ts';
import type { Clock } from '../../ports/clock.ts';
import { type HttpsAnswer, HttpsCaller } from './https-call.ts';
import { type JsonObject, parseObject, textOf } from './json-field.ts';
import { type AccountBinding, bindAccount, readSigningKey, type SigningKey, signRequest } from './jws.ts';
import { errorKind, isRefusal, refusalOf } from './refusal.ts';

export interface AcmeOptions {
  /** The URL of the authority's directory (RFC 8555, 7.1.1). */
  readonly directory: string;
  readonly email?: string | undefined;
  /** PEM of the roots of an authority that is not public. */
  readonly ca?: string | undefined;
  readonly binding?: AccountBinding | undefined;
  readonly clock: Clock;
  readonly vault: AccountVault;
}

/** An answer to a signed request. */
export interface AcmeAnswer {
  readonly answer: HttpsAnswer;
  readonly body: JsonObject;
  /** Of what was made or found; empty where none is given. */
  readonly location: string;
}

interface Account {
  readonly url: string;
  readonly key: SigningKey;
}

/** Servers reject good nonces too, pebble up to a third of them. */
const mostNonceRetries = 12;
const mostNonces = 16;

/** Signed requests to one authority, by an account that is opened with the first of them. */
export class AcmeSession {
  readonly #options: AcmeOptions;
  readonly #caller: HttpsCaller;
  #nonces: string[] = [];
  #directory: Promise<JsonObject> | undefined;
  #account: Promise<Account> | undefined;

  constructor(options: AcmeOptions) {
    this.#options = options;
    this.#caller = new HttpsCaller(options.ca);
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** A resource of the directory; undefined where the authority has none of the name. */
  async findResource(name: string): Promise<string | undefined> {
    const url = textOf(await this.#readDirectory(), name);
    return url === '' ? undefined : url;
  }

  /** By this, with a challenge's token, a host proves that it is the account's. */
  async thumbprint(): Promise<string> {
    return (await this.#openAccount()).key.thumbprint;
  }

  /** A request of the account; `payload` null reads. An account that the authority has forgotten is opened anew. */
  async post(url: string, payload: object | null): Promise<AcmeAnswer> {
    try {
      return await this.#postAsAccount(url, payload);
    } catch (error) {
      if (!isRefusal(error, 'accountDoesNotExist')) throw error;
      await this.#forgetAccount();
      return this.#postAsAccount(url, payload);
    }
  }

  /** A plain request, for what needs no account. */
  async get(url: string): Promise<HttpsAnswer> {
    const answer = await this.#caller.call({ method: 'GET', url });
    if (answer.status !== 200) throw refusalOf(answer, this.clock.now());
    return answer;
  }

  close(): void {
    this.#caller.close();
  }

  /** A failed attempt is not kept: the next call tries again. */
  #readDirectory(): Promise<JsonObject> {
    this.#directory ??= this.get(this.#options.directory)
      .then(({ text }) => requireDirectory(parseObject(text), this.#options.directory))
      .catch((error: unknown) => {
        this.#directory = undefined;
        throw error;
      });
    return this.#directory;
  }

  #openAccount(): Promise<Account> {
    this.#account ??= this.#findOrCreateAccount().catch((error: unknown) => {
      this.#account = undefined;
      throw error;
    });
    return this.#account;
  }

  /** The key is kept before the account is made with it: the same key finds the same account again. */
  async #findOrCreateAccount(): Promise<Account> {
    const { vault, email } = this.#options;
    const contacts = email === undefined ? [] : [`mailto:${email}`];
    const known = vault.find() ?? { url: null, keyPem: createAccountKey(), contacts };
    const key = readSigningKey(known.keyPem);
    if (known.url !== null && sameContacts(known.contacts, contacts)) return { url: known.url, key };
    if (known.url === null) await vault.keep(known);
    const url = known.url ?? (await this.#createAccount(key, contacts));
    if (known.url !== null) await this.#post(url, { payload: { contact: contacts }, key, identity: { kid: url } });
    await vault.keep({ url, keyPem: known.keyPem, contacts });
    return { url, key };
  }

  async #createAccount(key: SigningKey, contacts: readonly string[]): Promise<string> {
    const { binding } = this.#options;
    const url = await this.#requireResource('newAccount');
    const payload = {
      termsOfServiceAgreed: true,
      ...(contacts.length === 0 ? {} : { contact: contacts }),
      ...(binding === undefined ? {} : { externalAccountBinding: bindAccount(binding, url, key.jwk) }),
    };
    const { location } = await this.#post(url, { payload, key, identity: { jwk: key.jwk } });
    if (location === '') throw foreign('it gave no account');
    return location;
  }

  async #postAsAccount(url: string, payload: object | null): Promise<AcmeAnswer> {
    const { url: kid, key } = await this.#openAccount();
    return this.#post(url, { payload, key, identity: { kid } });
  }

  async #forgetAccount(): Promise<void> {
    this.#account = undefined;
    const account = this.#options.vault.find();
    if (account !== undefined) await this.#options.vault.keep({ ...account, url: null });
  }

  async #post(url: string, { payload, key, identity }: SignedCall): Promise<AcmeAnswer> {
    for (let retries = 0; ; retries += 1) {
      const nonce = await this.#takeNonce();
      const answer = await this.#caller.call({
        method: 'POST',
        url,
        body: signRequest({ ...identity, nonce, url }, payload, key.key),
        headers: { 'content-type': 'application/jose+json' },
      });
      this.#keepNonce(answer);
      const body = parseObject(answer.text);
      if (answer.status < 400) return { answer, body, location: answer.headers.location ?? '' };
      if (errorKind(body) !== 'badNonce' || retries >= mostNonceRetries) throw refusalOf(answer, this.clock.now());
    }
  }

  async #takeNonce(): Promise<string> {
    const kept = this.#nonces.pop();
    if (kept !== undefined) return kept;
    const url = await this.#requireResource('newNonce');
    const { headers } = await this.#caller.call({ method: 'HEAD', url });
    const nonce = headers['replay-nonce'];
    if (typeof nonce !== 'string') throw foreign('it gave no nonce');
    return nonce;
  }

  #keepNonce({ headers }: HttpsAnswer): void {
    const nonce = headers['replay-nonce'];
    if (typeof nonce === 'string') this.#nonces = [...this.#nonces, nonce].slice(-mostNonces);
  }

  async #requireResource(name: string): Promise<string> {
    const url = await this.findResource(name);
    if (url === undefined) throw foreign(`its directory has no ${name}`);
    return url;
  }
}

interface SignedCall {
  readonly payload: object | null;
  readonly key: SigningKey;
  readonly identity: { readonly kid: string } | { readonly jwk: object };
}

function requireDirectory(directory: JsonObject, url: string): JsonObject {
  const isWhole = ['newNonce', 'newAccount', 'newOrder'].every((name) => URL.canParse(textOf(directory, name)));
  if (!isWhole) throw foreign(`${url} is not the directory of an ACME authority`);
  return directory;
}

function foreign(what: string): Problem {
  return new Problem(
    'authority-refused',
    `The certificate authority is not understood: ${what}. Check edge.acme.directory.`,
  );
}

function createAccountKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'pem', type: 'pkcs8' });
}

function sameContacts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((contact, index) => contact === other[index]);
}
