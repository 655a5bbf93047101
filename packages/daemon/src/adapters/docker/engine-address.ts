import { fieldProblem } from '@berth/spec/problem';
import type { EngineReach } from '../../ports/engine.ts';

/** Client certificate and authorities of an engine behind TLS, as PEM. */
export interface DockerTls {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** The name in the engine's certificate, when it is not the host. */
  readonly serverName?: string;
}

/** Where an engine listens, in the words of `node:http`. */
export type EngineAddress =
  | { readonly kind: 'unix'; readonly socketPath: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: DockerTls };

/** Parses `unix:///path` or `tcp://host:port`; the port is 2376 with TLS and 2375 without, unless said. */
export function parseEngineAddress(host: string, tls?: DockerTls): EngineAddress {
  if (host.startsWith('unix://')) return { kind: 'unix', socketPath: host.slice('unix://'.length) };
  const url = host.startsWith('tcp://') ? URL.parse(`http://${host.slice('tcp://'.length)}`) : null;
  if (url === null || url.hostname === '') throw fieldProblem('host', 'must be unix:///path or tcp://host:port');
  const port = Number(url.port) || (host.endsWith(':80') ? 80 : tls ? 2376 : 2375);
  return { kind: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port, ...(tls && { tls }) };
}

/** A local engine's containers are reached at their own address, a remote one's at ports published on its host. */
export function findReach(address: EngineAddress): EngineReach {
  return address.kind === 'unix'
    ? { kind: 'container' }
    : { kind: 'published', host: address.host, bindAddress: '0.0.0.0' };
}
