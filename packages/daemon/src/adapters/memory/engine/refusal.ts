import { Problem } from '@berth/spec/problem';

/** In the words of a real engine, so that a test sees what an operator would. */
export const refuse = {
  noContainer: (id: string) => new Problem('instance-not-found', `No such container: ${id}. It was removed.`),
  noImage: (reference: string) =>
    new Problem('image-not-found', `No such image: ${reference}. Check the name, or pull the image first.`),
  noFile: (path: string) => new Problem('file-not-found', `Could not find ${path}. Check the path.`),
  conflict: (words: string) => new Problem('engine-conflict', `${words}. Look at its state.`),
  inUse: (words: string) => new Problem('still-in-use', `${words}. Remove what uses it first.`),
  failed: (words: string) => new Problem('engine-failed', words),
};
