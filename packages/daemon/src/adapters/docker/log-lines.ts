import { StringDecoder } from 'node:string_decoder';
import type { ContainerLogLine } from '../../ports/engine.ts';
import type { Frame } from './frames.ts';

/** Cuts the output of a container, each line with a timestamp before it, into lines. */
export interface LogLineCutter {
  push(frame: Frame): ContainerLogLine[];
  /** What stands without an end of line when the stream ends. */
  flush(): ContainerLogLine[];
}

/**
 * With `framed`, a frame that begins with a timestamp begins a line: engines cut long lines into parts of 16 KiB, each in a frame
 * of its own with a timestamp, and no end of line between. Without, frames are any cuts of one stream (containers with a terminal).
 */
export function createLogLineCutter({ framed }: { readonly framed: boolean }): LogLineCutter {
  const streams = { stdout: createStreamCutter('stdout', framed), stderr: createStreamCutter('stderr', framed) };
  return {
    push: ({ stream, data }) => streams[stream].push(data),
    flush: () => [...streams.stdout.flush(), ...streams.stderr.flush()],
  };
}

const LINE_END = 0x0a;
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) /;
const LONGEST_TIMESTAMP = 40;

function createStreamCutter(stream: Frame['stream'], framed: boolean) {
  let parts: Buffer[] = [];
  let lastAt = '';
  // Holds back the half of a character that a part of a long line ends with: it belongs to the next part.
  let decoder = new StringDecoder('utf8');

  function finish(isPart: boolean): ContainerLogLine[] {
    const bytes = Buffer.concat(parts);
    parts = [];
    if (bytes.length === 0) return [];
    const at = findTimestamp(bytes);
    lastAt = at || lastAt;
    const text = decoder.write(bytes.subarray(at === '' ? 0 : at.length + 1));
    if (isPart) return [{ stream, at: lastAt, line: text }];
    const end = decoder.end();
    decoder = new StringDecoder('utf8');
    return [{ stream, at: lastAt, line: (text + end).replace(/\r$/, '') }];
  }

  function push(data: Buffer): ContainerLogLine[] {
    const lines = framed && parts.length > 0 && findTimestamp(data) !== '' ? finish(true) : [];
    let start = 0;
    for (let end = data.indexOf(LINE_END); end >= 0; end = data.indexOf(LINE_END, start)) {
      parts.push(data.subarray(start, end));
      lines.push(...finish(false));
      start = end + 1;
    }
    if (start < data.length) parts.push(data.subarray(start));
    return lines;
  }

  return { push, flush: () => finish(false) };
}

function findTimestamp(bytes: Buffer): string {
  return timestamp.exec(bytes.toString('latin1', 0, LONGEST_TIMESTAMP))?.[0].trimEnd() ?? '';
}
