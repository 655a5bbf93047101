import { z } from 'zod';
import { Instant } from './instant.ts';
import { UserName } from './name.ts';

export const UploadId = z
  .string()
  .regex(/^[0-9a-z-]{1,64}$/, 'must be the id of an upload')
  .meta({ id: 'UploadId' });

/** What a file is called for people; never a path. */
export const UploadName = z
  .string()
  .min(1)
  .max(255)
  // eslint-disable-next-line no-control-regex -- refusing control characters is this pattern's purpose
  .regex(/^[^/\\\u0000-\u001f\u007f]+$/, 'must be the name of a file, without slashes and control characters')
  .refine((name) => name !== '.' && name !== '..', 'must be the name of a file')
  .meta({ id: 'UploadName' });

/** A file that waits to be put into apps. */
export const Upload = z
  .strictObject({
    id: UploadId,
    name: UploadName,
    owner: UserName,
    sizeBytes: z.int(),
    sha256: z.string().describe('Of its bytes, in hexadecimal.'),
    apps: z.array(z.string()).describe('Whose current releases refer to it: it stays as long as one does.'),
    createdAt: Instant,
    dropsAt: Instant.nullable().describe('When it goes unless an app refers to it; null while one does.'),
  })
  .meta({ id: 'Upload' });

export type Upload = z.output<typeof Upload>;
