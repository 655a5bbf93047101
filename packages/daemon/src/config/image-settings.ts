import { z } from 'zod';
import { isImagePattern } from '../core/image-policy.ts';

/** Which images apps may be made from. */
export const ImageSettings = z.strictObject({
  policy: z
    .strictObject({
      mode: z
        .enum(['open', 'approval', 'deny'])
        .default('open')
        .describe(
          'open: apps may be made of any image. approval: of those that an administrator approved, pinned to what came then. deny: of those in `allow` alone. It binds administrators too.',
        ),
      allow: z
        .array(
          z
            .string()
            .max(512)
            .refine(isImagePattern, 'must be a pattern such as registry.example.org/team/* or nginx:1.*'),
        )
        .max(1000)
        .default([])
        .describe(
          'Images that need no approval. `*` is any text without `/`, `**` any text; without a tag, every tag and digest. What stands for nothing else is meant of Docker Hub: `nginx` is docker.io/library/nginx.',
        ),
    })
    .prefault({}),
});
