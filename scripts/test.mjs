// `npm test`: sets up what the tests need and runs them all. Runs on the Node that is there, with nothing installed.
import { runOnRuntime } from './runtime.mjs';

await runOnRuntime(new URL('./test/run-tests.ts', import.meta.url));
