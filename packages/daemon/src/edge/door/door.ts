import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ConnectionLimits } from '../../core/edge-control.ts';
import type { Arrival } from '../exchange/arrival.ts';
import type { VisitorConnection } from '../exchange/visitor-connection.ts';
import { plainAddress, type TrustsPeer } from '../trusted-proxies.ts';
import { ConnectionCount } from './connection-count.ts';
import { readProxyHeader } from './read-proxy-header.ts';
import type { TlsEntrance } from './tls-entrance.ts';

/** How many of the eldest connections are looked at for an idle one. */
const LOOKED_AT = 256;

export type Scheme = Arrival['scheme'];

export interface DoorWorld {
  readonly speakHttp1: (socket: Socket, arrival: Arrival) => VisitorConnection;
  readonly speakHttp2: (socket: TLSSocket, arrival: Arrival) => Promise<VisitorConnection>;
  readonly tls: TlsEntrance;
  readonly trustsPeer: TrustsPeer;
  readonly limits: ConnectionLimits;
  readonly proxyProtocol: boolean;
}

interface Entry {
  readonly socket: Socket;
  /** Under which it is counted. */
  address: string;
  /** Undefined until it is known what the visitor speaks. */
  visitor: VisitorConnection | undefined;
  /** Undefined while the visitor is busy, and until `retire` looks at it. */
  idleSinceMs: number | undefined;
}

/** Lets visitors' connections in: counts them, hears who they are, shakes hands, and hands them on. */
export class Door {
  readonly #world: DoorWorld;
  readonly #count: ConnectionCount;
  /** In the order they came. */
  readonly #entries = new Set<Entry>();
  #emptied: (() => void) | undefined;

  constructor(world: DoorWorld) {
    this.#world = world;
    this.#count = new ConnectionCount(world.limits);
  }

  /** How many connections are open. */
  get size(): number {
    return this.#entries.size;
  }

  /** A connection as `net.Server` brings it. */
  take(socket: Socket, scheme: Scheme): void {
    const peer = this.#peerOf(plainAddress(socket.remoteAddress));
    if (!this.#makeRoom(peer)) return void socket.destroy();
    socket.setNoDelay(true);
    const arrival = { peer, scheme };
    if (!this.#world.proxyProtocol) return this.#greet(this.#enter(socket, peer), arrival);
    if (!peer.isTrusted) return void socket.destroy();
    socket.on('error', ignore);
    void this.#hearProxy(this.#enter(socket, peer), arrival);
  }

  /** Ends what is idle, once this has been called for `idleMs` about it; to be called again and again. */
  retire(idleMs: number): void {
    const nowMs = performance.now();
    for (const entry of this.#entries) {
      if (entry.visitor?.isIdle !== true) entry.idleSinceMs = undefined;
      else if (nowMs - (entry.idleSinceMs ??= nowMs) >= idleMs) entry.visitor.retire();
    }
  }

  /** Tells those that can be told so that no more requests are taken, at whatever moment they are. */
  bidFarewell(): void {
    for (const { visitor } of this.#entries) visitor?.bidFarewell?.();
  }

  closeAll(): void {
    for (const { socket } of this.#entries) socket.destroy();
  }

  /** Resolves once no connection is open. */
  async whenEmpty(): Promise<void> {
    if (this.#entries.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#emptied = resolve;
    await promise;
  }

  #peerOf(address: string): Arrival['peer'] {
    return { address, isTrusted: this.#world.trustsPeer(address) };
  }

  #makeRoom({ address, isTrusted }: Arrival['peer']): boolean {
    if (!this.#count.hasRoomFor(address, isTrusted)) return false;
    if (!this.#count.isFull) return true;
    let looked = 0;
    for (const entry of this.#entries) {
      if (entry.visitor?.isIdle === true) {
        this.#leave(entry);
        entry.socket.destroy();
        return true;
      }
      looked += 1;
      if (looked === LOOKED_AT) break;
    }
    return false;
  }

  #enter(socket: Socket, { address }: Arrival['peer']): Entry {
    const entry: Entry = { socket, address, visitor: undefined, idleSinceMs: undefined };
    this.#count.enter(address);
    this.#entries.add(entry);
    socket.on('close', () => this.#leave(entry));
    return entry;
  }

  #leave(entry: Entry): void {
    if (!this.#entries.delete(entry)) return;
    this.#count.leave(entry.address);
    if (this.#entries.size === 0) this.#emptied?.();
  }

  /** Behind a proxy each visitor has the share that an address may have. */
  async #hearProxy(entry: Entry, arrival: Arrival): Promise<void> {
    const { socket } = entry;
    const word = await readProxyHeader(socket);
    if (word === undefined) return void socket.destroy();
    const peer = word.address === undefined ? arrival.peer : this.#peerOf(word.address);
    if (!this.#count.hasRoomFor(peer.address, peer.isTrusted)) return void socket.destroy();
    this.#count.leave(entry.address);
    this.#count.enter(peer.address);
    entry.address = peer.address;
    this.#greet(entry, { ...arrival, peer, firstBytes: word.rest });
  }

  #greet(entry: Entry, arrival: Arrival): void {
    if (arrival.scheme === 'https') return void this.#secure(entry, arrival);
    entry.socket.allowHalfOpen = true;
    entry.visitor = this.#world.speakHttp1(entry.socket, arrival);
    // It was, if a proxy's word was waited for.
    if (entry.socket.isPaused()) entry.socket.resume();
  }

  async #secure(entry: Entry, { firstBytes, ...arrival }: Arrival): Promise<void> {
    entry.socket.on('error', ignore);
    const layer = await this.#world.tls.open();
    if (entry.socket.destroyed) return;
    if (firstBytes !== undefined) entry.socket.unshift(firstBytes);
    layer.take(entry.socket, (socket) => void this.#speak(entry, socket, arrival));
  }

  async #speak(entry: Entry, socket: TLSSocket, arrival: Arrival): Promise<void> {
    socket.on('error', ignore);
    const { speakHttp1, speakHttp2 } = this.#world;
    if (socket.alpnProtocol === 'h2') {
      entry.visitor = await speakHttp2(socket, arrival);
    } else {
      // Not before: who ends in the middle of a handshake is gone.
      socket.allowHalfOpen = true;
      entry.visitor = speakHttp1(socket, arrival);
    }
  }
}

/** It is closed by Node: this only keeps an error from ending the process before somebody speaks on the connection. */
function ignore(): void {}
