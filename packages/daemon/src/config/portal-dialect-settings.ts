import { HostName, PathPrefix, UserName } from '@berth/spec/name';
import { z } from 'zod';
import { dialectPlace, isOnePlace, onePlace } from './dialect-place.ts';
import { SecretText } from './secret.ts';

const WaitingSettings = z.strictObject({
  title: z.string().trim().min(1).max(200).default('Please wait').describe('The title of the page that waits.'),
  text: z.string().trim().min(1).max(1000).optional().describe('A word of yours on it.'),
  giveUpSeconds: z.int().min(1).max(86_400).default(300).describe('When it stops to look for the app.'),
});

/** What django_docker_engine does. */
export const PortalDialectSettings = z
  .strictObject({
    ...dialectPlace,
    token: SecretText.optional().describe(
      'What callers of the site show: as a bearer token, or as the password of any user.',
    ),
    open: z.boolean().default(false).describe('Anybody may launch and kill, as in the original; in place of `token`.'),
    owner: UserName.default('portal').describe('Whose the apps are that it launches. The user is made when needed.'),
    host: HostName.optional().describe(
      'The host where the site and its apps lie at the edge. Default: the apps at every host that is no app’s, and no site.',
    ),
    path: PathPrefix.refine((path) => path !== '/', 'must not be /')
      .default('/docker')
      .describe('Apps are reached at <path>/<name>/.'),
    suffix: HostName.optional().describe('Launched apps are reached at <name>.<suffix> as well.'),
    logs: z.boolean().default(true).describe('Anybody may read the log of an app at <path>/<name>/docker-logs.'),
    history: z.int().min(0).max(1000).default(1000).describe('How many requests of each app are remembered.'),
    dropCookies: z
      .array(z.string().min(1).max(128))
      .max(32)
      .default(['sessionid', 'csrftoken', 'messages'])
      .describe('Cookies of the portal’s own, which apps do not get.'),
    memReservationMb: z.int().min(6).default(15).describe('What a launch reserves that says nothing of memory, in MB.'),
    memoryBudgetMb: z
      .int()
      .min(6)
      .optional()
      .describe('What all launched apps may reserve together; beyond, the least recently used are stopped.'),
    idleSeconds: z
      .int()
      .min(1)
      .optional()
      .describe('Apps that nobody used for so long are stopped until somebody comes.'),
    startSeconds: z.int().min(1).max(3600).default(600).describe('How long a launched app may take until it listens.'),
    adopt: z
      .boolean()
      .default(false)
      .describe('Containers that were started by hand, with port 80 published, are reached by their names too.'),
    waiting: WaitingSettings.prefault({}),
  })
  .refine(isOnePlace, onePlace)
  .refine(({ token, open }) => (token !== undefined) !== open, 'needs either token, or open: true')
  .optional();
