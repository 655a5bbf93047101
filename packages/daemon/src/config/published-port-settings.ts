import { z } from 'zod';

/** Whether apps may have ports of their engine's host, and which. */
export const publishedPortSettings = {
  publishedPorts: z
    .enum(['none', 'loopback', 'any'])
    .default('loopback')
    .describe(
      'Whether apps may publish ports on the engine’s host, past the edge: not at all, for programs of that host only, or for everybody who reaches it.',
    ),
  publishedAddress: z
    .ipv4()
    .optional()
    .describe('The IPv4 address at which ports are published. Default: 127.0.0.1, and 0.0.0.0 with `any`.'),
  lowestHostPort: z.int().min(1).max(65535).default(1024).describe('The lowest host port that an app may fix.'),
} as const;

interface Published {
  readonly publishedPorts: 'none' | 'loopback' | 'any';
  readonly publishedAddress?: string | undefined;
}

/** For `refine`: an address for the host alone is a loopback address. */
export function isAtLoopback({ publishedPorts, publishedAddress }: Published): boolean {
  return publishedPorts === 'any' || publishedAddress === undefined || publishedAddress.startsWith('127.');
}

/** The address at which ports are published; null where none may be. */
export function publishedAddressOf({ publishedPorts, publishedAddress }: Published): string | null {
  if (publishedPorts === 'none') return null;
  return publishedAddress ?? (publishedPorts === 'any' ? '0.0.0.0' : '127.0.0.1');
}
