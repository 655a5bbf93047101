// `npm start`: sets up what Berth needs, starts it, and stays. Runs on the Node that is there, with nothing installed.
import { runOnRuntime } from './runtime.mjs';

await runOnRuntime(new URL('./start/start-berth.ts', import.meta.url));
