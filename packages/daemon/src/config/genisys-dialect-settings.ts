import { UserName } from '@berth/spec/name';
import { z } from 'zod';
import { dialectPlace } from './dialect-place.ts';

/** The Genisys connector. */
export const GenisysDialectSettings = z
  .strictObject({
    ...dialectPlace,
    connectorFile: z
      .string()
      .min(1)
      .optional()
      .describe(
        'The original’s genisys-connector.yml: where it listens, the service file and the engine, unless they are said here.',
      ),
    serviceFile: z
      .string()
      .min(1)
      .optional()
      .describe('Services to define, as data in YAML or JSON, by name. It is read at each start.'),
    owner: UserName.default('genisys').describe(
      'Whose the apps are that it makes. The user is made when it is needed.',
    ),
    apps: z
      .enum(['all', 'own'])
      .default('all')
      .describe(
        'Which apps it shows and scales: all, whoever made them, or those of its owner. It defines only the latter.',
      ),
    scaleSeconds: z
      .int()
      .min(1)
      .max(3600)
      .default(120)
      .describe('How long a scale may take before its caller is told that it has failed, in seconds.'),
  })
  .refine(({ listen, prefix }) => listen === undefined || prefix === undefined, 'takes either listen or prefix')
  .optional();
