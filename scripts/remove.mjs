// `npm run remove`: takes away all that `npm start` and `npm test` brought to this machine.
import { runOnRuntime } from './runtime.mjs';

await runOnRuntime(new URL('./remove/remove-berth.ts', import.meta.url));
