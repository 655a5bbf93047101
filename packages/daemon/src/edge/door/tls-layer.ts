import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls';
import type { VisitorTls } from '../../core/edge-manners.ts';
import { errorFacts, type Log } from '../log.ts';
import { CertificateStore } from './certificate-store.ts';
import type { ChallengeBook } from './challenge-book.ts';
import { openSecureContext, policyOf } from './secure-context.ts';

const HANDSHAKE_MS = 10_000;
const DAY_MS = 86_400_000;
const TICKET_KEY_BYTES = 48;
const ACME = 'acme-tls/1';

/** What sealed tickets are opened with: who has them can go on with sessions that another edge began. */
export interface TicketKeys {
  readonly keys: Buffer;
  readonly madeAtMs: number;
}

export interface TlsWorld {
  readonly challenges: ChallengeBook;
  readonly log: Log;
  readonly ticketKeys: TicketKeys | undefined;
  /** What an operator has of their own. */
  readonly visitorTls?: VisitorTls | undefined;
}

type Secured = (socket: TLSSocket) => void;

/** Shakes hands with visitors. A name without a certificate gets an alert, and nothing is told about who else is here. */
export class TlsLayer {
  readonly certificates: CertificateStore;
  readonly #world: TlsWorld;
  readonly #server: Server;
  /** Handshakes under way, by the two ends of their connection. */
  readonly #waiting = new Map<string, Secured>();
  #ticketKeys: TicketKeys;
  /** The name that the handshake of this very moment is to check. */
  #checkedName: string | undefined;

  constructor(world: TlsWorld) {
    this.#world = world;
    this.#ticketKeys = world.ticketKeys ?? makeTicketKeys();
    const { visitorTls } = world;
    this.certificates = new CertificateStore(policyOf(visitorTls));
    this.#server = createServer({
      ...policyOf(visitorTls),
      requestCert: visitorTls?.requestsCert ?? false,
      rejectUnauthorized: visitorTls?.rejectsUnauthorized ?? false,
      handshakeTimeout: HANDSHAKE_MS,
      sessionTimeout: DAY_MS / 1_000,
      ticketKeys: this.#ticketKeys.keys,
      SNICallback: (name, answer) => this.#chooseContext(name, answer),
      ALPNCallback: ({ servername, protocols }) => this.#chooseProtocol(servername, protocols),
    });
    this.#server.on('secureConnection', (socket) => this.#secured(socket));
    this.#server.on('tlsClientError', closeUnlessHeard);
    this.#rotateAt(this.#ticketKeys.madeAtMs + DAY_MS);
  }

  get ticketKeys(): TicketKeys {
    return this.#ticketKeys;
  }

  /** Comes after each change of the certificates: who names no host gets the one that is for all. */
  settleDefault(): void {
    const pair = this.certificates.default;
    if (pair === undefined) return;
    const policy = policyOf(this.#world.visitorTls);
    const { certificatePem: cert, keyPem: key } = pair;
    this.#server.setSecureContext({ ...policy, cert, key, ticketKeys: this.#ticketKeys.keys });
  }

  /** `secured` is called when the handshake succeeds; otherwise the socket is closed. */
  take(socket: Socket, secured: Secured): void {
    const ends = endsOf(socket);
    this.#waiting.set(ends, secured);
    socket.once('close', () => this.#waiting.delete(ends));
    this.#server.emit('connection', socket);
  }

  #secured(socket: TLSSocket): void {
    const ends = endsOf(socket);
    const secured = this.#waiting.get(ends);
    this.#waiting.delete(ends);
    // Undefined when the visitor has left meanwhile; a check of RFC 8737 is over with the handshake.
    if (secured === undefined || socket.alpnProtocol === ACME) socket.destroy();
    else secured(socket);
  }

  #chooseContext(name: string, answer: (error: Error | null, context?: SecureContext) => void): void {
    try {
      answer(null, this.#findContext(name.toLowerCase()));
    } catch (error) {
      this.#world.log('error', 'a certificate cannot be used', { host: name, ...errorFacts(error) });
      answer(null);
    }
  }

  #findContext(name: string): SecureContext | undefined {
    const isChecked = this.#checkedName === name;
    this.#checkedName = undefined;
    const known = isChecked ? undefined : this.certificates.find(name);
    if (known !== undefined) return known;
    const challenge = this.#world.challenges.findAlpn(name);
    return challenge === undefined ? undefined : openSecureContext(challenge);
  }

  /**
   * Undefined ends the handshake with an alert. With TLS 1.3 the choice of a context comes right behind this; with 1.2 it
   * came before.
   */
  #chooseProtocol(name: string, protocols: readonly string[]): string | undefined {
    if (!protocols.includes(ACME)) return ['h2', 'http/1.1'].find((one) => protocols.includes(one));
    this.#checkedName = name.toLowerCase();
    setImmediate(() => (this.#checkedName = undefined));
    return this.#world.challenges.findAlpn(this.#checkedName) === undefined ? undefined : ACME;
  }

  #rotateAt(timeMs: number): void {
    const rotate = (): void => {
      this.#ticketKeys = makeTicketKeys();
      this.#server.setTicketKeys(this.#ticketKeys.keys);
      this.#rotateAt(this.#ticketKeys.madeAtMs + DAY_MS);
    };
    setTimeout(rotate, Math.min(Math.max(timeMs - Date.now(), 0), DAY_MS)).unref();
  }
}

/** Who cannot shake hands hears an alert, and is closed by Node; who does not go on with it Node only tells of. */
function closeUnlessHeard(error: NodeJS.ErrnoException, socket: TLSSocket): void {
  if (error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT') socket.destroy();
}

function makeTicketKeys(): TicketKeys {
  return { keys: randomBytes(TICKET_KEY_BYTES), madeAtMs: Date.now() };
}

/** No two open connections have the same. */
function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
