// `node scripts/fuzz-edge.ts --rounds 1000000`: mutated requests, answers and chunked bodies, read by the edge and by Node.
import { parseArgs } from 'node:util';
import { fuzzAnswers } from '../packages/daemon/src/edge/wire/fuzz/answer-fuzz.contract.ts';
import { fuzzBodies } from '../packages/daemon/src/edge/wire/fuzz/body-fuzz.contract.ts';
import { fuzzRequests } from '../packages/daemon/src/edge/wire/fuzz/request-fuzz.contract.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
  },
});

const kinds = { requests: fuzzRequests, answers: fuzzAnswers, 'chunked bodies': fuzzBodies };
for (const [name, fuzz] of Object.entries(kinds)) {
  const began = performance.now();
  const { seed, inputs, accepted } = await fuzz(Number(values.seed), Number(values.rounds));
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(
    `${inputs} ${name}, ${accepted} of them understood and compared, no difference (seed ${seed}, ${seconds} s)`,
  );
}
