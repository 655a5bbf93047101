import { z } from 'zod';
import { defaultUploads } from '../core/upload.ts';

/** A tar header has eleven octal digits for the size of a file. */
const mostBytes = 8 * 1024 ** 3 - 1;

/** What users may leave here to be put into apps. */
export const UploadSettings = z.strictObject({
  maxBytes: z
    .int()
    .min(1)
    .max(mostBytes)
    .default(defaultUploads.maxBytes)
    .describe('How large one upload may be, in bytes.'),
  bytesPerUser: z
    .int()
    .min(1)
    .default(defaultUploads.bytesPerUser)
    .describe('How large all uploads of one user may be together, in bytes.'),
  keepHours: z
    .int()
    .min(1)
    .max(87_600)
    .default(24)
    .describe('How long an upload stays that no app refers to, in hours.'),
});
