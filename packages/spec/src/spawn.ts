import { z } from 'zod';
import { AppState } from './app.ts';
import { Instant } from './instant.ts';
import { AppName, ShortName, UserName } from './name.ts';

/** What fills a hole. */
const Filling = z
  .string()
  .max(1024)
  // eslint-disable-next-line no-control-regex -- refusing control characters is this pattern's purpose
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters');

const HoleName = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'must be lower-case letters, digits and _');

/** What a template is made an app with: who it is for, under any name of theirs, and the parameters. */
export const SpawnOrigin = z
  .strictObject({
    template: ShortName,
    user: Filling.max(256).nullable().describe('Whom it is for, as the one who asked calls them.'),
    parameters: z.record(HoleName, Filling),
  })
  .meta({ id: 'SpawnOrigin' });

export const TemplateParameter = z
  .strictObject({
    default: Filling.optional().describe('What it is when nothing is given. Absent: it must be given.'),
    choices: z
      .record(z.string().min(1).max(256), Filling)
      .refine((choices) => Object.keys(choices).length <= 1000, 'must have at most 1000 entries')
      .optional()
      .describe('What may be given, and what is filled in for it. Default: any text, filled in as it is.'),
  })
  .refine(
    ({ default: usual, choices }) => usual === undefined || choices === undefined || Object.hasOwn(choices, usual),
    {
      path: ['default'],
      error: 'must be one of the choices',
    },
  )
  .meta({ id: 'TemplateParameter' });

const Room = z.int().min(0).max(100_000);

/** An app's request with holes, and how many apps may be made of it. */
export const TemplateRequest = z
  .strictObject({
    description: Filling.default(''),
    spec: z
      .record(z.string(), z.json())
      .describe(
        'An AppRequest. Its texts may hold {{id}}, {{user}} and {{<parameter>}}. Apps are never restarted by themselves unless it says so, and are removed once they have ended unless its `life` says otherwise.',
      ),
    parameters: z
      .record(
        HoleName.refine((name) => name !== 'id' && name !== 'user', 'is filled in by Berth'),
        TemplateParameter,
      )
      .refine((parameters) => Object.keys(parameters).length <= 32, 'must have at most 32 entries')
      .default({}),
    max: Room.optional().describe('Spawns of it at a time. Default: any number.'),
    maxPerUser: Room.optional().describe('Spawns of it at a time for one user. Default: any number.'),
    onePerUser: z
      .enum(['return', 'refuse'])
      .optional()
      .describe('A second spawn for a user is answered with the first one, or refused. Default: it is made.'),
    idLength: z.int().min(16).max(50).default(32).describe('Hexadecimal digits of the id.'),
  })
  .meta({ id: 'TemplateRequest' });

export const Template = z
  .strictObject({
    name: ShortName,
    ...TemplateRequest.shape,
    spec: TemplateRequest.shape.spec.nullable().describe('Null for those who are no administrators.'),
    source: z.enum(['api', 'settings']).describe('Who put it there; what is in the settings is changed there.'),
    spawns: z.int().describe('Apps that are made of it at present.'),
  })
  .meta({ id: 'Template' });

export const SpawnRequest = z
  .strictObject({
    template: ShortName,
    user: UserName.optional().describe('Whose it is. Default: the caller. Only administrators may name another.'),
    parameters: z.record(HoleName, Filling).default({}),
  })
  .meta({ id: 'SpawnRequest' });

/** An app that was made of a template. */
export const Spawn = z
  .strictObject({
    id: AppName.describe('The name of the app.'),
    template: ShortName,
    user: z.string().nullable(),
    parameters: z.record(z.string(), z.string()),
    owner: UserName,
    url: z.string().nullable(),
    state: AppState,
    reason: z.string().nullable(),
    operation: z.string().nullable().describe('The operation under way.'),
    createdAt: Instant,
  })
  .meta({ id: 'Spawn' });

export type SpawnOrigin = z.output<typeof SpawnOrigin>;
export type TemplateRequest = z.output<typeof TemplateRequest>;
export type Template = z.output<typeof Template>;
export type TemplateParameter = z.output<typeof TemplateParameter>;
export type SpawnRequest = z.output<typeof SpawnRequest>;
export type Spawn = z.output<typeof Spawn>;
