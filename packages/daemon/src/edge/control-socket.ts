import { once } from 'node:events';
import { renameSync, statSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';

/** The place where orders are taken. Of two edges that succeed each other there is always one behind it. */
export class ControlSocket {
  readonly #server: Server;
  readonly #path: string;
  readonly #beside: string;
  #inode: number | undefined;

  constructor(server: Server, path: string) {
    this.#server = server;
    this.#path = path;
    // No longer than the name it takes the place of: what a socket's address can hold is short.
    this.#beside = join(dirname(path), `.e${process.pid.toString(36)}`);
  }

  /** Takes no orders yet. */
  async prepare(): Promise<void> {
    unlinkIfThere(this.#beside);
    const mask = process.umask(0o177);
    this.#server.listen(this.#beside);
    process.umask(mask);
    await once(this.#server, 'listening');
    this.#inode = statSync(this.#beside).ino;
  }

  /** From now on orders come here. */
  publish(): void {
    renameSync(this.#beside, this.#path);
  }

  /** What stands at the path is left there when another edge has put it there. */
  close(): void {
    this.#server.close();
    const stands = statSync(this.#path, { throwIfNoEntry: false });
    if (stands !== undefined && stands.ino === this.#inode) unlinkIfThere(this.#path);
  }
}

/** True when somebody takes orders at the path. */
export async function isControlAlive(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
