import { fileURLToPath } from 'node:url';

/** What everybody starts who starts the daemon; it takes care of the rest by itself. */
export const DAEMON_PROGRAM = fileURLToPath(new URL('../packages/daemon/bin/berth-daemon.js', import.meta.url));
