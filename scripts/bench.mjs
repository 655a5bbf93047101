// `npm run bench`: sets up what the benchmarks need and runs them. Runs on the Node that is there, with nothing installed.
import { runOnRuntime } from './runtime.mjs';

await runOnRuntime(new URL('../bench/run.ts', import.meta.url));
