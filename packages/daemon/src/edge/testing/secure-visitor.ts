import { once } from 'node:events';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';

/** A handshake done by whoever trusts any certificate; rejects with the alert when there is one. */
export async function openSecure(port: number, host: string, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', servername: host, rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  return socket.on('error', () => undefined);
}

/** The certificate that the edge shows for a name, in PEM; undefined when it shows none. */
export async function shownCertificate(port: number, host: string): Promise<string | undefined> {
  try {
    const socket = await openSecure(port, host);
    const certificate = socket.getPeerX509Certificate()?.toString();
    socket.destroy();
    return certificate;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE') return undefined;
    throw error;
  }
}
