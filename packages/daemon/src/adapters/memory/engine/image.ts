import type { EngineImage } from '../../../ports/engine.ts';
import type { MemoryProgram } from './program.ts';

/** An image, and what runs when a container is started from it without a command. */
export interface MemoryImage extends EngineImage {
  readonly program: MemoryProgram;
}
