import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Heard, startAsking } from '../packages/daemon/src/dialects/chp/ask-examples.contract.ts';
import { examples } from '../packages/daemon/src/dialects/chp/example.contract.ts';

const FILE = fileURLToPath(new URL('../packages/daemon/src/dialects/chp/original-answers.json', import.meta.url));

/**
 * Records what the true configurable-http-proxy answers, beside which Berth's is tested. It has 37 dependencies of its
 * own, so it is none of ours: `npm install configurable-http-proxy@5.3.0` in a folder elsewhere, then
 * `node scripts/record-chp.ts node <that folder>/node_modules/.bin/configurable-http-proxy`.
 */
const command = process.argv.slice(2);
const heard: Heard[] = [];
for (const example of examples) {
  const program = await startAsking(command, example.flags);
  heard.push(await program.ask(example));
  await program.end();
}
writeFileSync(FILE, `${JSON.stringify(heard, null, 2)}\n`);
console.log(`Recorded ${heard.flatMap(({ answers }) => answers).length} answers to ${heard.length} examples.`);
