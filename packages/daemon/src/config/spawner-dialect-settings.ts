import { HostName, ImageReference, UserName } from '@berth/spec/name';
import { z } from 'zod';
import type { Template } from '../core/template.ts';
import { dialectPlace, isOnePlace, onePlace } from './dialect-place.ts';
import { SecretText } from './secret.ts';

const Seconds = z.int().min(1).max(315_360_000);

/** Docker Spawner. */
export const SpawnerDialectSettings = z
  .strictObject({
    ...dialectPlace,
    token: SecretText.optional().describe(
      'What callers show as `Authorization: Bearer`. Default: nothing, as in the original; then it listens on loopback only, unless `open` is on.',
    ),
    open: z.boolean().default(false).describe('Serve callers of other machines without a token.'),
    images: z
      .record(z.string().min(1).max(256), ImageReference)
      .refine((images) => Object.keys(images).length > 0, 'must name at least one image')
      .describe('What may be started: the image of each `container_id`.'),
    maxContainers: z.int().min(0).max(100_000).default(3).describe('How many there may be at a time.'),
    domain: HostName.optional().describe('They are reached at `<hex>.<domain>`. Default: `edge.baseDomain`.'),
    hexSize: z.int().min(16).max(50).default(32).describe('Hexadecimal digits of an id.'),
    containerPrefix: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,31}$/)
      .optional()
      .describe('The label `spawner.prefix` of each container, for scripts that look for it.'),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe('The port that they listen on. Default: 80, or what the image EXPOSEs.'),
    lifetimeSeconds: Seconds.default(3600).describe('How long one lives.'),
    idleSeconds: Seconds.optional().describe('How long one lives without a request and without an open connection.'),
    sweepSeconds: Seconds.default(60).describe('How long one that has ended stays, for its log and its page.'),
    startSeconds: z.int().min(1).max(3600).default(60).describe('How long one may take to accept connections.'),
    withUsers: z.boolean().default(true).describe('Each is for a user, and a user has one.'),
    secondSpawn: z
      .enum(['return', 'refuse'])
      .default('return')
      .describe('What a user’s second `/spawn` is answered with: the first one, or 409.'),
    owner: UserName.default('spawner').describe('Whose they are where users are off.'),
  })
  .refine(isOnePlace, onePlace)
  .refine(({ token, open, listen }) => token !== undefined || open || listen === undefined || isLoopback(listen), {
    path: ['token'],
    error: 'is needed at an address that other machines reach, or open: true',
  })
  .optional();

type SpawnerSettings = NonNullable<z.output<typeof SpawnerDialectSettings>>;

/** The name of the template that it spawns from. */
const templateName = 'spawner';

/** The template that the dialect's settings come to. */
export function spawnerTemplate(settings: SpawnerSettings, baseDomain: string): Template {
  const { images, maxContainers, hexSize, withUsers, secondSpawn } = settings;
  return {
    name: templateName,
    description: 'What the dialect spawner starts.',
    parameters: { container_id: { choices: images } },
    max: maxContainers,
    idLength: hexSize,
    ...(withUsers ? { onePerUser: secondSpawn } : {}),
    spec: { ...specOf(settings), ...domainsOf(settings, baseDomain) },
  };
}

/** Ended as the original ends them: at once. */
function specOf(settings: SpawnerSettings): Template['spec'] {
  const { port, containerPrefix, lifetimeSeconds, idleSeconds, sweepSeconds, startSeconds } = settings;
  return {
    image: '{{container_id}}',
    restart: 'never',
    drainSeconds: 0,
    stopGraceSeconds: 0,
    health: { startTimeoutSeconds: startSeconds },
    ...(port === undefined ? { usualPort: 80 } : { ports: [{ containerPort: port, served: true }] }),
    ...(containerPrefix === undefined ? {} : { labels: { 'spawner.prefix': containerPrefix } }),
    life: {
      lifetimeSeconds,
      ...(idleSeconds === undefined ? {} : { idleSeconds }),
      endedSeconds: sweepSeconds,
      atEnd: 'remove',
      volumes: 'remove',
    },
  };
}

/** Below the base domain each has its place anyway. */
function domainsOf({ domain }: SpawnerSettings, baseDomain: string): Template['spec'] {
  return domain === undefined || domain === baseDomain ? {} : { domains: [{ host: `{{id}}.${domain}` }] };
}

function isLoopback(listen: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost):\d+$/.test(listen);
}
