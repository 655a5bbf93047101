import type { HostRoutes } from '../../core/host-routes.ts';
import type { RouteIndex } from '../../core/route-index.ts';
import { lowerCase, textOf } from '../wire/byte.ts';
import type { RequestHead } from '../wire/request-head.ts';

/** The host that a connection asked for last: nearly always it is the next request's, too, and need not be looked up. */
export class HostMemory {
  #host = '';
  #routes: HostRoutes | undefined;
  #version = -1;

  find(index: RouteIndex, head: RequestHead): HostRoutes | undefined {
    if (index.version === this.#version && this.#isSame(head)) return this.#routes;
    this.#host = textOf(head.bytes, head.hostStart, head.hostEnd).toLowerCase();
    this.#routes = index.findHost(this.#host);
    this.#version = index.version;
    return this.#routes;
  }

  #isSame({ bytes, hostStart, hostEnd }: RequestHead): boolean {
    const host = this.#host;
    if (host.length !== hostEnd - hostStart) return false;
    for (let at = 0; at < host.length; at += 1)
      if (host.charCodeAt(at) !== lowerCase[bytes[hostStart + at] as number]) return false;
    return true;
  }
}
