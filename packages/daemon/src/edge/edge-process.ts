import { flushCompileCache } from 'node:module';
import { parseArguments } from './arguments.ts';
import { type EdgeServer, openEdgeServer } from './edge-server.ts';
import { createLog, errorFacts, type Log } from './log.ts';
import { Predecessor } from './succession/predecessor.ts';

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
    process.on('uncaughtException', (error) =>
      say('error', 'something unexpected', { ...errorFacts(error), stack: error.stack ?? '' }),
    );
    const edge = await open(say);
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.on(signal, () => void edge.stop({ graceMs: SIGNAL_GRACE_MS }));
    process.on('SIGHUP', () => undefined);
    if (edge.hello().manners?.endsWithParent === true) process.stdin.resume().once('close', () => process.exit());
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

async function open(say: Log): Promise<EdgeServer> {
  const wish = parseArguments(process.argv.slice(2));
  if (wish.inherits === undefined) return openEdgeServer(wish, say);
  const predecessor = new Predecessor(process);
  try {
    return await openEdgeServer(wish, say, predecessor);
  } catch (error) {
    const isAddressTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    await predecessor.failed(explainStart(error), isAddressTaken);
    throw error;
  }
}

function explainStart(error: unknown): string {
  const { code, message, ...listening } = error as NodeJS.ErrnoException & Partial<ListenFacts>;
  const place = `${listening.address ?? ''}:${listening.port ?? ''}`;
  const setting = listening.scheme === 'https' ? 'BERTH_EDGE_HTTPS' : 'BERTH_EDGE_HTTP';
  if (code === 'EADDRINUSE')
    return `Something else listens on ${place}: stop it, or choose other addresses (${setting}).`;
  if (code === 'EACCES') return `This user may not listen on ${place}: choose a port above 1023 (${setting}).`;
  if (code === 'EADDRNOTAVAIL') return `${place} is no address of this machine: choose others (${setting}).`;
  return message;
}

interface ListenFacts {
  readonly address: string;
  readonly port: number;
  readonly scheme: string;
}
