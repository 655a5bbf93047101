import { z } from 'zod';
import { problemTable, type ProblemCode } from './problem.ts';

const codes = Object.keys(problemTable) as [ProblemCode, ...ProblemCode[]];

/** The body of every 4xx and 5xx answer: RFC 9457, `application/problem+json`. */
export const ProblemDocument = z
  .strictObject({
    type: z.string().describe('`urn:berth:problem:<code>`, explained in the error reference.'),
    code: z.enum(codes),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    retryable: z.boolean(),
    errors: z.array(z.strictObject({ field: z.string(), detail: z.string() })).optional(),
    operation: z.string().optional().describe('The operation this is about.'),
    app: z.string().optional(),
    apps: z.array(z.string()).optional().describe('Apps that use what was to go.'),
    request: z.string().optional().describe('The image request this is about.'),
    logTail: z.array(z.string()).optional().describe('The last lines that a failed instance wrote.'),
    incident: z.string().optional().describe('An id that stands in the daemon’s log beside the cause.'),
  })
  .meta({ id: 'Problem' });

export type ProblemDocument = z.output<typeof ProblemDocument>;
