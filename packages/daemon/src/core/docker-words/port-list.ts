import type { PublishedPort } from '../container.ts';

/** A port of a container: published at the host’s address, or exposed only. */
export type ShownPort = PublishedPort | Pick<PublishedPort, 'containerPort' | 'protocol'>;

/** `0.0.0.0:32768->8080/tcp, [::]:32768->8080/tcp, 9000-9003/udp`: neighbours that lead to the same number are one. */
export function renderPorts(ports: readonly ShownPort[]): string {
  const ranges = new Map<string, Range>();
  const [done, mappings]: [string[], string[]] = [[], []];
  for (const port of ports.toSorted(comparePorts)) {
    const { containerPort: number, protocol } = port;
    if ('hostPort' in port && port.hostPort !== number) {
      mappings.push(`${bracket(port.hostAddress)}:${port.hostPort}->${number}/${protocol}`);
      continue;
    }
    const address = addressOf(port);
    const key = `${address}/${protocol}`;
    const range = ranges.get(key);
    if (range !== undefined && number !== range.last + 1) done.push(renderRange(range));
    if (range !== undefined && number === range.last + 1) range.last = number;
    else ranges.set(key, { address, protocol, first: number, last: number });
  }
  return [...done, ...[...ranges.values()].map(renderRange), ...mappings].join(', ');
}

interface Range {
  readonly address: string;
  readonly protocol: string;
  readonly first: number;
  last: number;
}

function renderRange({ address, protocol, first, last }: Range): string {
  const numbers = first === last ? `${first}` : `${first}-${last}`;
  return address === '' ? `${numbers}/${protocol}` : `${bracket(address)}:${numbers}->${numbers}/${protocol}`;
}

/** Addresses of version 6 stand in brackets, as the CLI writes them since 26. */
function bracket(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}

function comparePorts(one: ShownPort, other: ShownPort): number {
  return (
    one.containerPort - other.containerPort ||
    compareText(addressOf(one), addressOf(other)) ||
    hostPortOf(one) - hostPortOf(other) ||
    compareText(one.protocol, other.protocol)
  );
}

function addressOf(port: ShownPort): string {
  return 'hostAddress' in port ? port.hostAddress : '';
}

function hostPortOf(port: ShownPort): number {
  return 'hostPort' in port ? port.hostPort : 0;
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
