import { z } from 'zod';
import { Instant } from './instant.ts';

const Listening = z.array(z.string()).describe('Addresses with ports, as `127.0.0.1:8080` or `[::]:8080`.');

/** The process that visitors' traffic goes through, and where it is reached. */
export const Edge = z
  .strictObject({
    pid: z.int(),
    version: z.string().describe('Says which program it is: it changes with each upgrade of Berth or its runtime.'),
    since: Instant.describe('When the process started: a renewed edge is a new one.'),
    connections: z.int().min(0).describe('Of visitors, open now.'),
    routes: z.int().min(0).describe('Places that lead to apps.'),
    http: Listening,
    https: Listening,
    baseDomain: z.string().describe('Every app is reached at <name>.<baseDomain>.'),
    publicUrl: z
      .strictObject({ scheme: z.enum(['http', 'https']), port: z.int() })
      .describe('What visitors see of it: another server may stand in front.'),
    trustedProxies: z.array(z.string()).describe('Whose word on whom they speak for counts.'),
    proxyProtocol: z.boolean().describe('Every connection begins with a PROXY header of a trusted proxy’s.'),
  })
  .meta({ id: 'Edge' });

export type Edge = z.output<typeof Edge>;
