import type { TarEntry } from '../../../scripts/tar.ts';

/** What an engine needs to build an image. */
export interface ImageSource {
  readonly dockerfile: string;
  readonly files: readonly TarEntry[];
}
