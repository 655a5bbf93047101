import { z } from 'zod';
import { ListenAddress } from './listen-address.ts';

/** Where a dialect is served: the settings that every one has. */
export const dialectPlace = {
  listen: ListenAddress.optional().describe('An address of its own, as `127.0.0.1:7080`.'),
  prefix: z
    .string()
    .regex(/^\/[a-z0-9-]+(?:\/[a-z0-9-]+)*$/, 'must be a path such as /hosted')
    .refine((path) => !isTaken(path), 'is a path of Berth’s own')
    .optional()
    .describe('Or a path of the API’s address, as `/hosted`.'),
} as const;

/** For `refine`: a dialect is at one place. */
export function isOnePlace({ listen, prefix }: { readonly listen?: unknown; readonly prefix?: unknown }): boolean {
  return (listen === undefined) !== (prefix === undefined);
}

/** What `isOnePlace` says when it refuses. */
export const onePlace = 'needs either listen or prefix';

function isTaken(path: string): boolean {
  return ['v1', 'docs', 'metrics', 'healthz', 'readyz', 'assets', 'dashboard'].includes(path.split('/')[1] ?? '');
}
