import { flushCompileCache } from 'node:module';
import { parseArguments } from './arguments.ts';
import { openEdgeServer } from './edge-server.ts';
import { createLog, errorFacts, type Log } from './log.ts';

const SIGNAL_GRACE_MS = 10_000;

// A log that cannot be written must not end the traffic.
process.stderr.on('error', () => undefined);
const log = createLog((line) => void process.stderr.write(line));
process.exitCode = await run(log);
process.exit();

/** The whole life of the process; the result is its exit code. */
async function run(say: Log): Promise<number> {
  try {
    process.title = 'berth-edge';
    const edge = await openEdgeServer(parseArguments(process.argv.slice(2)), say);
    process.on('uncaughtException', (error) =>
      say('error', 'something unexpected', { ...errorFacts(error), stack: error.stack ?? '' }),
    );
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => void edge.stop({ graceMs: SIGNAL_GRACE_MS }));
    process.on('SIGHUP', () => undefined);
    // Here, because a kill -9 leaves no time for it at the end.
    flushCompileCache();
    await edge.ended;
    say('info', 'stopped');
    return 0;
  } catch (error) {
    say('error', explainStart(error));
    return 1;
  }
}

function explainStart(error: unknown): string {
  const { code, message, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  const place = `${address ?? ''}:${port ?? ''}`;
  if (code === 'EADDRINUSE')
    return `Something else listens on ${place}: stop it, or choose other addresses (BERTH_EDGE_HTTP).`;
  if (code === 'EACCES') return `This user may not listen on ${place}: choose a port above 1023 (BERTH_EDGE_HTTP).`;
  if (code === 'EADDRNOTAVAIL') return `${place} is no address of this machine: choose others (BERTH_EDGE_HTTP).`;
  return message;
}
