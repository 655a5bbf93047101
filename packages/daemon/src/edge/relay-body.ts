import type { IncomingMessage, OutgoingMessage } from 'node:http';
import { keepTrailers } from './raw-headers.ts';

/**
 * Passes a body on chunk by chunk, as fast as the slower side takes it, with its trailers. The head goes out at once
 * even when no body follows yet: a visitor of an event stream waits for it.
 */
export function relayBody(source: IncomingMessage, sink: OutgoingMessage, count: (bytes: number) => void): void {
  let hasStarted = false;
  source.on('data', (chunk: Buffer) => {
    hasStarted = true;
    count(chunk.length);
    if (!sink.destroyed && !sink.write(chunk)) source.pause();
  });
  source.once('end', () => {
    hasStarted = true;
    const trailers = keepTrailers(source.rawTrailers);
    if (trailers.length > 0) sink.addTrailers(trailers);
    sink.end();
  });
  sink.on('drain', () => source.resume());
  // What comes now is of no use to anybody, but has to be taken off the wire.
  sink.once('close', () => source.resume());
  process.nextTick(() => {
    if (!hasStarted && !sink.destroyed) sink.flushHeaders();
  });
}
