import { z } from 'zod';
import { Role, Scope } from './access.ts';
import { UserName } from './name.ts';

/** The process serves, or is ready to act. */
export const Health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });

/** Who the caller is, as its token says. */
export const Caller = z.strictObject({ user: UserName, role: Role, scopes: z.array(Scope) }).meta({ id: 'Caller' });

/** What `GET /` tells a program: where to go on. */
export const Welcome = z
  .strictObject({ name: z.literal('berth'), documentation: z.string(), openapi: z.string(), api: z.string() })
  .meta({ id: 'Welcome' });
