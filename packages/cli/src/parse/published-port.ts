import { containerPort } from './container-port.ts';
import { port } from './number.ts';

/** `80`, `53/udp` or, with the port of the host first, `8080:80`. */
export const publishedPort = {
  expects: 'a port such as 80, 8080:80 or 53/udp',
  parse(text: string): PublishedPort | undefined {
    const [first = '', second, ...more] = text.split(':');
    const inside = containerPort.parse(second ?? first);
    const hostPort = second === undefined ? undefined : port.parse(first);
    if (inside === undefined || more.length > 0 || (second !== undefined && hostPort === undefined)) return undefined;
    return { ...inside, published: hostPort === undefined ? {} : { hostPort } };
  },
};

/** A port of the container that is to be reached at the host. */
interface PublishedPort {
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp';
  readonly published: { readonly hostPort?: number };
}
