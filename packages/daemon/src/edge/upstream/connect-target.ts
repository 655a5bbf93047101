import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import { readFileSync } from 'node:fs';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import type { EdgeTarget } from '../../core/route-table.ts';

type TargetTls = NonNullable<EdgeTarget['tls']>;

const contexts = new WeakMap<TargetTls, SecureContext>();

/** Begins a connection to a target: it is there with `connect`, or `secureConnect` where TLS is spoken. Throws on targets that cannot be. */
export function connectTarget(
  target: EdgeTarget,
  reading: { readonly onread?: OnReadOpts; readonly ALPNProtocols?: string[] },
): Socket {
  const { host, port, socketPath, tls } = target;
  const place = socketPath === undefined ? { host, port, noDelay: true } : { path: socketPath };
  // Half-open, so that either side of a tunnel may end first.
  const options = { ...place, ...reading, allowHalfOpen: true };
  return tls === undefined ? connect(options) : connectSecurely(options, target, tls);
}

/** Loaded here because few apps speak TLS themselves, and what speaks it is large. */
function connectSecurely(options: ConnectionOptions, { host }: EdgeTarget, wish: TargetTls): Socket {
  const { connect: open, createSecureContext } = process.getBuiltinModule('node:tls');
  const secureContext = contexts.get(wish) ?? createSecureContext(readFiles(wish));
  contexts.set(wish, secureContext);
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return open({ ...options, ...servername, secureContext, rejectUnauthorized: !wish.isTrusted });
}

function readFiles({ caFile, certFile, keyFile }: TargetTls): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  return {
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
  };
}
