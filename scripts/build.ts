// `npm run build`: the daemon and the edge as plain JavaScript, which whoever starts them otherwise does by itself.
import { obtainBuild } from './build/obtain-build.ts';

console.log(`Berth runs from ${await obtainBuild()}`);
