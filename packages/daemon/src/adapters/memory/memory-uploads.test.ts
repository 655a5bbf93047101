import { beforeEach, describe } from 'vitest';
import { describeUploadFolder } from '../../ports/upload-folder.contract.ts';
import type { UploadFolder } from '../../ports/upload-folder.ts';
import { createMemoryUploads } from './memory-uploads.ts';

let folder: UploadFolder;
beforeEach(() => {
  folder = createMemoryUploads();
});

describe('a folder in memory', () => describeUploadFolder(() => folder));
