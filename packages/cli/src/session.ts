import { Daemon } from './connection/daemon.ts';
import { type DaemonPlace, findDaemon, type GivenPlace } from './connection/find-daemon.ts';
import { Output } from './output/output.ts';
import type { GlobalOptions } from './program/global-option.ts';
import type { Surroundings } from './surroundings.ts';

/** One run of one command: where it writes, whom it asks, and whether somebody wants it to end. */
export class Session {
  readonly world: Surroundings;
  readonly output: Output;
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal;
  readonly #given: GivenPlace;
  #daemon: Promise<Daemon> | undefined;

  constructor(world: Surroundings, options: GlobalOptions, signal: AbortSignal) {
    this.world = world;
    this.output = new Output(world, options.json === true);
    this.signal = signal;
    this.#given = options;
  }

  /** The daemon that options, environment and files lead to. Nothing is asked of it yet. */
  daemon(): Promise<Daemon> {
    this.#daemon ??= this.place().then((place) => new Daemon(place, { fetch: this.world.fetch, signal: this.signal }));
    return this.#daemon;
  }

  place(): Promise<DaemonPlace> {
    return findDaemon(this.#given, this.world);
  }

  /** What one call of the generated client gives. */
  async ask<Data>(call: Parameters<typeof Daemon.prototype.ask<Data>>[0]): Promise<NonNullable<Data>> {
    return (await this.daemon()).ask(call);
  }
}
