import type { AddressInfo } from 'node:net';

const SHAPE = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<host>[^:[\]\s]*)):(?<port>\d{1,5})$/;

/** `host` is undefined for every address of the machine, IPv4 and IPv6. */
export interface ListenAddress {
  readonly host: string | undefined;
  readonly port: number;
}

/** Reads `127.0.0.1:8080`, `[::1]:8080` or `:8080`; undefined when it is none of these. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const { six, host, port } = SHAPE.exec(text)?.groups ?? {};
  if (port === undefined || Number(port) > 65_535) return undefined;
  const name = six ?? host;
  return { host: name === undefined || name === '' ? undefined : name, port: Number(port) };
}

/** The address that a server truly has. */
export function renderAddress({ address, family, port }: AddressInfo): string {
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
