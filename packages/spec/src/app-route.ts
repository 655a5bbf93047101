import { z } from 'zod';
import { DomainHost, hostPattern, PathPrefix } from './name.ts';

/** An absolute http or https address, or a path of the same host: two slashes in front would lead to another. */
const Location = z
  .string()
  .min(1)
  .max(2048)
  .regex(
    new RegExp(
      `^(?:https?://${hostPattern}(?::[0-9]{1,5})?)?(?:/(?:[\\x21-\\x2e\\x30-\\x5b\\x5d-\\x7e][\\x21-\\x5b\\x5d-\\x7e]*)?)?$`,
    ),
    'must be an address such as https://www.example.org, or a path such as /new',
  );

export const Redirect = z
  .strictObject({
    to: Location.describe('An http or https address, or a path of the same host.'),
    status: z
      .union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)])
      .default(308)
      .describe('301 and 308 are remembered by browsers; 307 and 308 keep the method.'),
    keepPath: z.boolean().default(true).describe('Let the rest of the path and the query follow.'),
  })
  .refine(({ to, keepPath }) => !keepPath || !/[?#]/.test(to), {
    path: ['to'],
    error: 'must have no query and no fragment where the path is kept',
  })
  .meta({ id: 'Redirect' });

/** A host and path prefix that lead to an app, or from there to somewhere else. */
export const DomainRoute = z
  .strictObject({
    host: DomainHost,
    pathPrefix: PathPrefix.default('/'),
    stripPrefix: z.boolean().default(false).describe('Take the prefix off before the request reaches the app.'),
    slash: z
      .boolean()
      .optional()
      .describe('Send visitors of the prefix itself to the prefix with a slash behind, so that relative links hold.'),
    redirect: Redirect.optional().describe('Send visitors there; no request reaches the app.'),
    requireTls: z
      .boolean()
      .optional()
      .describe('Send visitors who come by http to https, or never do. Default: as edge.redirectToHttps has it.'),
  })
  .refine((domain) => !leadsToItself(domain), { path: ['redirect', 'to'], error: 'must not lead to itself' })
  .meta({ id: 'DomainRoute' });

/** What the edge lets pass; what is not said is as the administrator set it. */
export const RouteLimits = z
  .strictObject({
    bodyBytes: z
      .int()
      .min(0)
      .max(2 ** 50)
      .optional()
      .describe('Of one request. 0: any.'),
    concurrency: z.int().min(0).max(1_000_000).optional().describe('Requests and WebSockets at a time. 0: any.'),
    requestsPerSecond: z
      .number()
      .min(0)
      .max(1_000_000)
      .optional()
      .describe('From one address, with bursts of ten seconds’ worth. 0: any.'),
    answerSeconds: z.int().min(0).max(86_400).optional().describe('Until the app begins to answer. 0: for ever.'),
    idleSeconds: z.int().min(0).max(604_800).optional().describe('Of silence in a body or a WebSocket. 0: for ever.'),
  })
  .meta({ id: 'RouteLimits' });

/** What browsers see while the app is not there yet, in place of an error: it reloads itself once the app answers. */
export const Waiting = z
  .strictObject({
    title: z.string().trim().min(1).max(200).optional(),
    text: z.string().trim().min(1).max(1000).optional().describe('A word of yours beside the reason.'),
    always: z
      .boolean()
      .optional()
      .describe('Also for those that do not ask for HTML; they get a problem document otherwise.'),
    giveUpSeconds: z.int().min(1).max(86_400).optional().describe('When the page stops to look. Default: 120.'),
    logs: Location.optional().describe('Where the page leads those who want to read the log.'),
  })
  .meta({ id: 'Waiting' });

const CookieName = z
  .string()
  .max(128)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of a cookie');

/** How visitors are brought to an app, beside where: it changes without a new release. */
export const AppRoute = z
  .strictObject({
    sticky: z.boolean().optional().describe('Keep a visitor with one instance, by a cookie of the edge’s.'),
    limits: RouteLimits.optional(),
    waiting: Waiting.optional(),
    history: z
      .int()
      .min(0)
      .max(1000)
      .optional()
      .describe('How many of the last requests are remembered: when, and which path.'),
    dropCookies: z.array(CookieName).max(32).optional().describe('Cookies of the visitor’s that the app does not get.'),
  })
  .meta({ id: 'AppRoute' });

/** A sentence for visitors, in place of the app. */
export const MaintenanceMessage = z.string().trim().min(1).max(500).meta({ id: 'MaintenanceMessage' });

export type AppRoute = z.output<typeof AppRoute>;
export type DomainRoute = z.output<typeof DomainRoute>;
export type Redirect = z.output<typeof Redirect>;
export type RouteLimits = z.output<typeof RouteLimits>;

interface Place {
  readonly host: string;
  readonly pathPrefix: string;
  readonly redirect?: z.output<typeof Redirect> | undefined;
}

/** Another host may lead back here; that is for browsers to notice. */
function leadsToItself({ host, pathPrefix, redirect }: Place): boolean {
  if (redirect === undefined) return false;
  const [address = '', authority = '', path = ''] =
    /^(?:https?:\/\/([^/?#]+))?(\/(?!\/)[^?#]*)?/.exec(redirect.to) ?? [];
  const isElsewhere = address === '' || (authority !== '' && authority.replace(/:\d+$/, '') !== host);
  return !isElsewhere && (pathPrefix === '/' || `${path}/`.startsWith(`${pathPrefix}/`));
}
