import { Problem } from '@berth/spec/problem';

const LINE_END = 0x0a;
const LONGEST_LINE_BYTES = 16 * 1024 * 1024;

/** The JSON values of a stream that holds one per line, wherever its chunks are cut. */
export async function* readJsonLines<Line>(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line, void> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, start)) {
      yield* parseLine<Line>([...rest, chunk.subarray(start, end)]);
      rest = [];
      start = end + 1;
    }
    restBytes = (start === 0 ? restBytes : 0) + chunk.length - start;
    if (restBytes > LONGEST_LINE_BYTES) throw new Problem('engine-failed', 'The engine sent a line without end.');
    rest.push(chunk.subarray(start));
  }
  yield* parseLine<Line>(rest);
}

function parseLine<Line>(parts: readonly Buffer[]): Line[] {
  const text = Buffer.concat(parts).toString().trim();
  if (text === '') return [];
  try {
    return [JSON.parse(text) as Line];
  } catch (cause) {
    throw new Problem('engine-failed', 'The engine sent a line that is not JSON.', { cause });
  }
}
