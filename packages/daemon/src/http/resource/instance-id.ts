import { z } from 'zod';

/** An instance's id, or as much of it as is enough to tell it from others. */
export const InstanceId = z
  .string()
  .regex(/^[0-9A-Za-z_.-]{1,128}$/, 'must be the id of an instance')
  .describe('Of this instance alone: its id, or at least the first eight characters.');
