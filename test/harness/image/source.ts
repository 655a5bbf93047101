import type { TarEntry } from '../../../scripts/tar.ts';

/** What an engine needs to build an image. */
export interface ImageSource {
  readonly dockerfile: string;
  readonly files: readonly TarEntry[];
}

/**
 * What an image of the tests does. `web` serves pages on 8080, `slow` does so after $DELAY seconds, `node` is a whole application (WebSockets,
 * streams, uploads); `silent` runs and never listens, `worker` prints a line a second and has no port, `exit` ends with code 3.
 */
export type TestImage = 'web' | 'slow' | 'silent' | 'worker' | 'exit' | 'node';
