import type { Server } from 'node:net';
import type { Listener } from '../door/listener.ts';
import type { Estate, WordToPredecessor, WordToSuccessor } from './message.ts';

/** What this process hears and says over its channel to the one that started it. */
export type ParentChannel = Pick<NodeJS.Process, 'on' | 'off' | 'once' | 'send' | 'connected'>;

/** Takes what is handed over: first what comes with the servers, then them. */
export interface Heir {
  settle(estate: Estate): void;
  take(listener: Listener): void;
}

/** The edge whose place this one takes; it is there until what was under way there has ended. */
export class Predecessor {
  /** Resolves when that process is gone. */
  readonly ended: Promise<void>;
  readonly #channel: ParentChannel;
  readonly #drains = new Map<number, () => void>();
  #lastId = 0;

  constructor(channel: ParentChannel) {
    this.#channel = channel;
    channel.on('message', (word: WordToSuccessor) => {
      if (word.kind === 'drained') this.#drained(word.id);
    });
    this.ended = new Promise((resolve) => void channel.once('disconnect', resolve));
    channel.once('disconnect', () => {
      for (const id of this.#drains.keys()) this.#drained(id);
    });
  }

  /**
   * Resolves when all is handed over: `missing` listening servers. `take` is called for each in the very turn in which
   * it comes, because it brings connections at once. Rejects when the other one ends before that.
   */
  async inherit(missing: number, heir: Heir): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let left = missing + 1;
    const listen = (word: WordToSuccessor, server: unknown): void => {
      if (word.kind === 'drained') return;
      if (word.kind === 'estate') heir.settle(word.estate);
      else heir.take({ wish: word.wish, scheme: word.scheme, server: server as Server });
      left -= 1;
      if (left === 0) resolve();
    };
    const give = (): void => reject(new Error('The edge before this one ended before it handed over.'));
    this.#channel.on('message', listen).once('disconnect', give);
    this.#say({ kind: 'prepared' });
    try {
      await promise;
    } finally {
      this.#channel.off('message', listen).off('disconnect', give);
    }
  }

  /** From now on visitors and orders come here. */
  ready(): void {
    this.#say({ kind: 'ready' });
  }

  /** Resolves once it is said: this process may end then. */
  async failed(reason: string, isAddressTaken: boolean): Promise<void> {
    await new Promise<void>((resolve) => this.#say({ kind: 'failed', reason, isAddressTaken }, resolve));
  }

  /** Resolves once nothing is under way to the instance there either. */
  async drain(instance: string, graceMs: number): Promise<void> {
    if (!this.#channel.connected) return;
    this.#lastId += 1;
    const id = this.#lastId;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drains.set(id, resolve);
    this.#say({ kind: 'drain', id, instance, graceMs });
    await promise;
  }

  stop(graceMs: number): void {
    this.#say({ kind: 'stop', graceMs });
  }

  #drained(id: number): void {
    this.#drains.get(id)?.();
    this.#drains.delete(id);
  }

  #say(word: WordToPredecessor, said: () => void = () => undefined): void {
    // It may end at any moment; then nothing is left to be said.
    if (this.#channel.connected) this.#channel.send?.(word, undefined, undefined, said);
    else said();
  }
}
