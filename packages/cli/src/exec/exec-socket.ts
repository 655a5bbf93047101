import { execProtocol, type TerminalSize } from '@berth/spec/terminal';
import type { DaemonPlace } from '../connection/find-daemon.ts';

/** A command to run in an instance. */
export interface RemoteCommand {
  readonly app: string;
  readonly command: readonly string[];
  readonly instance?: string | undefined;
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
  readonly stdin: boolean;
  /** The terminal to run it in; undefined for none. */
  readonly size: TerminalSize | undefined;
}

/** A connection on which a command is about to run. Node's WebSocket sets no headers, so the token goes as a subprotocol. */
export function openExecSocket({ url, token }: DaemonPlace, remote: RemoteCommand): WebSocket {
  const place = `${url.replace(/^http/, 'ws')}/v1/apps/${encodeURIComponent(remote.app)}/exec?${renderQuery(remote)}`;
  const socket = new WebSocket(place, [execProtocol, ...(token === undefined ? [] : [`bearer.${token}`])]);
  socket.binaryType = 'arraybuffer';
  return socket;
}

function renderQuery({ command, instance, user, workdir, stdin, size }: RemoteCommand): URLSearchParams {
  const fields = {
    tty: String(size !== undefined),
    stdin: String(stdin),
    ...(instance === undefined ? {} : { instance }),
    ...(user === undefined ? {} : { user }),
    ...(workdir === undefined ? {} : { workingDirectory: workdir }),
    ...(size === undefined ? {} : { columns: String(size.columns), rows: String(size.rows) }),
  };
  const query = new URLSearchParams(fields);
  for (const word of command) query.append('command', word);
  return query;
}
