import type { EdgeHello, StopOrder, SucceedOrder } from '../core/edge-control.ts';
import type { EdgeArguments } from './arguments.ts';
import { ControlServer } from './control-server.ts';
import { isControlAlive } from './control-socket.ts';
import { addressesOf, type Listener, type ListenerPlace, openListener, useListener } from './door/listener.ts';
import { drainInstance } from './drain.ts';
import { composeEstate, createEdgeParts, type EdgeParts, settleEstate } from './edge-parts.ts';
import type { Log } from './log.ts';
import type { Predecessor } from './succession/predecessor.ts';
import { handOver, SuccessionError } from './succession/successor.ts';
import { windDown } from './wind-down.ts';

/** After a succession, of what is idle. */
const PATIENCE_MS = 5_000;

export interface EdgeServer {
  hello(): EdgeHello;
  /** Resolves once nobody new is taken in. */
  stop(order: StopOrder): Promise<void>;
  /** Resolves when all is over. */
  readonly ended: Promise<void>;
}

/** Serves the last routes, then listens to the control process. Rejects when an address cannot be had. */
export async function openEdgeServer(wish: EdgeArguments, log: Log, predecessor?: Predecessor): Promise<EdgeServer> {
  const edge = new RunningEdge(wish, createEdgeParts(wish, log), predecessor);
  await edge.open();
  return edge;
}

class RunningEdge implements EdgeServer {
  readonly #end = Promise.withResolvers<void>();
  readonly #hastened = Promise.withResolvers<void>();
  readonly #arguments: EdgeArguments;
  readonly #parts: EdgeParts;
  readonly #predecessor: Predecessor | undefined;
  readonly #control: ControlServer;
  #listeners: readonly Listener[] = [];

  constructor(wish: EdgeArguments, parts: EdgeParts, predecessor: Predecessor | undefined) {
    this.#arguments = wish;
    this.#parts = parts;
    this.#predecessor = predecessor;
    this.#control = new ControlServer(parts, wish.control, {
      hello: () => this.hello(),
      stop: async (order) => this.stop(order),
      drain: async ({ instance, graceMs }) => this.#drain(instance, graceMs),
      succeed: async (order) => this.#succeed(order),
    });
  }

  get ended(): Promise<void> {
    return this.#end.promise;
  }

  hello(): EdgeHello {
    const addresses = (scheme: Listener['scheme']): readonly string[] =>
      this.#listeners.filter((listener) => listener.scheme === scheme).flatMap(addressesOf);
    return {
      ...this.#arguments.wish,
      pid: process.pid,
      startedAtMs: this.#parts.plane.startedAtMs,
      addresses: addresses('http'),
      secureAddresses: addresses('https'),
    };
  }

  async open(): Promise<void> {
    const { inherits = [], control } = this.#arguments;
    const missing = without(placesOf(this.#arguments.wish), inherits);
    // With the addresses first, only one of two edges for the same purpose gets any further.
    this.#listeners = await Promise.all(missing.map(async (place) => openListener(place, this.#entrance())));
    if (this.#predecessor === undefined && (await isControlAlive(control)))
      throw new Error(`Another edge takes its orders at ${control}: stop that one first.`);
    await this.#control.prepare();
    await this.#predecessor?.inherit(inherits.length, {
      settle: (estate) => settleEstate(this.#parts, estate),
      take: (listener) => (this.#listeners = [...this.#listeners, useListener(listener, this.#entrance())]),
    });
    this.#listeners = inOrder(this.#listeners, placesOf(this.#arguments.wish));
    this.#control.publish();
    this.#predecessor?.ready();
    const { addresses, secureAddresses } = this.hello();
    this.#parts.log('info', 'listening', {
      addresses,
      secureAddresses,
      routes: this.#parts.plane.routes.list().length,
    });
  }

  async stop({ graceMs }: StopOrder): Promise<void> {
    this.#predecessor?.stop(graceMs);
    if (this.#parts.plane.isStopping) return;
    this.#parts.log('info', 'stopping', { graceMs });
    this.#control.close();
    this.#leave(graceMs, 0);
  }

  /** Rejects when the other one does not come up; this one goes on then. */
  async #succeed({ start, http, https, graceMs }: SucceedOrder): Promise<{ readonly pid: number }> {
    const places = placesOf({ http, https });
    const listeners = this.#listeners.filter(({ wish, scheme }) =>
      places.some((place) => place.wish === wish && place.scheme === scheme),
    );
    if (!(await this.#parts.file.flush())) throw new SuccessionError('The routes cannot be written to the disk.');
    const pid = await handOver(start, {
      listeners,
      estate: await composeEstate(this.#parts),
      service: {
        drain: async (instance, limitMs) => this.#drain(instance, limitMs),
        stop: (limitMs) => this.#hasten(limitMs),
      },
    });
    this.#parts.log('info', 'another edge took over', { pid, graceMs });
    this.#control.close();
    this.#leave(graceMs, PATIENCE_MS);
    return { pid };
  }

  #leave(graceMs: number, patienceMs: number): void {
    for (const { server } of this.#listeners) server.close();
    const farewell = { graceMs, patienceMs, hastened: this.#hastened.promise };
    // Whoever came after this one hears through it when the one before it is done.
    const all = Promise.all([windDown(this.#parts, farewell), this.#predecessor?.ended]);
    void all.then(() => this.#end.resolve());
  }

  #hasten(graceMs: number): void {
    this.#predecessor?.stop(graceMs);
    setTimeout(this.#hastened.resolve, graceMs);
  }

  async #drain(instance: string, graceMs: number): Promise<void> {
    await Promise.all([
      drainInstance(this.#parts.plane, instance, graceMs),
      this.#predecessor?.drain(instance, graceMs),
    ]);
  }

  #entrance(): Parameters<typeof useListener>[1] {
    return { take: (socket, scheme) => this.#parts.door.take(socket, scheme), log: this.#parts.log };
  }
}

function placesOf({ http, https }: Pick<SucceedOrder, 'http' | 'https'>): readonly ListenerPlace[] {
  return [
    ...http.map((wish) => ({ wish, scheme: 'http' as const })),
    ...https.map((wish) => ({ wish, scheme: 'https' as const })),
  ];
}

function inOrder(listeners: readonly Listener[], places: readonly ListenerPlace[]): readonly Listener[] {
  const placeOf = ({ wish, scheme }: Listener): number =>
    places.findIndex((place) => place.wish === wish && place.scheme === scheme);
  return listeners.toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** Each of `others` takes one of its like away. */
function without(places: readonly ListenerPlace[], others: readonly ListenerPlace[]): readonly ListenerPlace[] {
  const left = [...places];
  for (const { wish, scheme } of others) {
    const at = left.findIndex((place) => place.wish === wish && place.scheme === scheme);
    if (at !== -1) left.splice(at, 1);
  }
  return left;
}
