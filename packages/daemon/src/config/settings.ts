import { AppName, HostName, ShortName, UserName } from '@berth/spec/name';
import { z } from 'zod';
import { defaultConnections } from '../core/edge-control.ts';
import { defaultLimits } from '../core/route-table.ts';
import { GenisysDialectSettings } from './genisys-dialect-settings.ts';
import { HostedDialectSettings } from './hosted-dialect-settings.ts';
import { ImageSettings } from './image-settings.ts';
import { ListenAddress } from './listen-address.ts';
import { isAtLoopback, publishedPortSettings } from './published-port-settings.ts';
import { QuotaSettings } from './quota-settings.ts';
import { SecretText } from './secret.ts';
import { SpawnerDialectSettings } from './spawner-dialect-settings.ts';
import { TemplateSettings } from './template-settings.ts';
import { PortalDialectSettings } from './portal-dialect-settings.ts';
import { UploadSettings } from './upload-settings.ts';
import { SrcDialectSettings } from './src-dialect-settings.ts';
import { AcmeSettings, CertificateFileSettings } from './certificate-settings.ts';

const ListenAddressOrOff = z
  .string()
  .refine(
    (text) => text === 'off' || ListenAddress.safeParse(text).success,
    'must be address:port, :port for every address, or off',
  );

const EngineHost = z
  .string()
  .regex(/^(?:unix:\/\/\/.+|tcp:\/\/[^/]+:[0-9]{1,5})$/, 'must be unix:///path or tcp://host:port');

const EngineSettings = z.strictObject({
  host: EngineHost.describe('Where the engine’s API listens: unix:///path or tcp://host:port.'),
  tls: z
    .strictObject({ caFile: z.string(), certFile: z.string(), keyFile: z.string() })
    .optional()
    .describe('Files for mutual TLS with a tcp engine.'),
  default: z.boolean().default(false).describe('The engine of apps that name none.'),
});

/** For apps that say nothing of their own. */
const EdgeLimits = z.strictObject({
  bodyBytes: z
    .int()
    .min(0)
    .default(defaultLimits.bodyBytes)
    .describe('How large the body of one request may be, where an app says nothing else. 0: any size.'),
  concurrency: z
    .int()
    .min(0)
    .default(defaultLimits.concurrency)
    .describe('Requests and WebSockets that an app may have at a time. 0: any number.'),
  requestsPerSecond: z
    .number()
    .min(0)
    .default(defaultLimits.requestsPerSecond)
    .describe('Requests to an app from one address, with bursts of ten seconds’ worth. 0: any number.'),
  answerSeconds: z
    .int()
    .min(0)
    .default(defaultLimits.answerSeconds)
    .describe('How long an app may take until it begins to answer. 0: for ever.'),
  idleSeconds: z
    .int()
    .min(0)
    .default(defaultLimits.idleSeconds)
    .describe('How long a body or a WebSocket may be silent. 0: for ever.'),
});

const AccessLogSettings = z.strictObject({
  file: z
    .string()
    .min(1)
    .optional()
    .describe('Each request becomes a line of JSON in this file, without its query. Default: no such log.'),
  maxBytes: z.int().min(65_536).default(50_000_000).describe('Size of one file, in bytes, before a new one is begun.'),
  files: z.int().min(0).max(1000).default(5).describe('How many old files are kept.'),
});

/** The route API of configurable-http-proxy. */
const ChpSettings = z
  .strictObject({
    listen: ListenAddress.describe('Where the route API of configurable-http-proxy is served, as `127.0.0.1:8001`.'),
    token: SecretText.optional().describe('What callers of that API have to show. Default: CONFIGPROXY_AUTH_TOKEN.'),
    host: HostName.optional().describe('The host where its routes lie. Default: every one that is no app’s.'),
    hostRouting: z.boolean().default(false).describe('The first part of a route’s path is its host.'),
  })
  .optional();

const Privilege = z.enum(['privileged', 'hostNetwork', 'hostPid', 'hostMounts', 'devices', 'capabilities']);

/** Every setting, said once: the file’s keys, the variables’ names, the defaults and the reference page come from here. */
export const Settings = z
  .strictObject({
    data: z
      .string()
      .min(1)
      .default('./berth-data')
      .describe('The folder that holds the store, the first token and the edge’s files.'),
    site: ShortName.default('berth').describe(
      'Marks everything of this installation on a shared engine. Change it only before the first app.',
    ),
    api: z
      .strictObject({
        listen: ListenAddress.default('127.0.0.1:7070').describe('Where /v1 and the documents are served.'),
      })
      .prefault({}),
    edge: z
      .strictObject({
        http: ListenAddress.default(':8080').describe('Where visitors reach apps by http.'),
        https: ListenAddressOrOff.default(':8443').describe('Where visitors reach apps by https, or `off`.'),
        proxyProtocol: z
          .boolean()
          .default(false)
          .describe(
            'Every connection begins with a PROXY header (version 1 or 2) of a trusted proxy’s; all others are closed.',
          ),
        maxConnections: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(defaultConnections.total)
          .describe('Connections of visitors open at a time; idle ones are closed in favour of new ones.'),
        maxConnectionsPerAddress: z
          .int()
          .min(1)
          .max(1_000_000)
          .default(defaultConnections.perAddress)
          .describe('The same of one address (of IPv6, of one /64 network). Trusted proxies may have any number.'),
        baseDomain: HostName.default('localhost').describe('Every app is reached at <name>.<baseDomain>.'),
        publicPort: z
          .int()
          .min(1)
          .max(65535)
          .optional()
          .describe('The port that visitors see, where it is not the listening one.'),
        publicScheme: z.enum(['http', 'https']).default('http').describe('The scheme that visitors see.'),
        redirectToHttps: z
          .enum(['auto', 'always', 'never'])
          .default('auto')
          .describe(
            'Send visitors who come by http to https: where the edge has a valid certificate (`auto`), or on every host. A domain’s own word counts more.',
          ),
        trustedProxies: z
          .array(z.string())
          .default([])
          .describe('Addresses or networks (CIDR) whose X-Forwarded-* headers are believed.'),
        defaultApp: AppName.optional().describe(
          'The app that visitors of a host that leads nowhere else are brought to.',
        ),
        limits: EdgeLimits.prefault({}),
        accessLog: AccessLogSettings.prefault({}),
        acme: AcmeSettings.prefault({}),
        certificates: z
          .array(CertificateFileSettings)
          .max(1000)
          .default([])
          .describe(
            'Certificates of your own in files; they win over the authority’s, and are read again when they change.',
          ),
      })
      .prefault({}),
    engines: z
      .record(ShortName, EngineSettings)
      .default({})
      .describe(
        'Docker endpoints by name. Default: one named `local` at DOCKER_HOST, else at unix:///var/run/docker.sock.',
      ),
    dialects: z
      .strictObject({
        chp: ChpSettings,
        genisys: GenisysDialectSettings,
        hosted: HostedDialectSettings,
        spawner: SpawnerDialectSettings,
        src: SrcDialectSettings,
        portal: PortalDialectSettings,
      })
      .prefault({}),
    images: ImageSettings.prefault({}),
    quotas: QuotaSettings.prefault({}),
    templates: TemplateSettings,
    spawns: z
      .strictObject({
        max: z
          .int()
          .min(0)
          .optional()
          .describe('How many apps of templates there may be at a time. Default: any number.'),
      })
      .prefault({}),
    policy: z
      .strictObject({
        allowedPrivileges: z
          .array(Privilege)
          .default([])
          .describe('What administrators may give to apps beyond the safe defaults.'),
        ...publishedPortSettings,
      })
      .refine(isAtLoopback, {
        path: ['publishedAddress'],
        error: 'must be a loopback address unless publishedPorts is any',
      })
      .prefault({}),
    instances: z
      .strictObject({
        logMaxBytes: z.int().min(4096).default(10_000_000).describe('Size of one log file of a container, in bytes.'),
        logFiles: z.int().min(1).max(100).default(3).describe('How many log files a container keeps.'),
        parallelStarts: z
          .int()
          .min(1)
          .max(200)
          .default(12)
          .describe('Creates and starts under way at one engine at a time.'),
      })
      .prefault({}),
    retention: z
      .strictObject({
        eventDays: z.int().min(1).max(3650).default(30).describe('How long events are kept, in days.'),
        operationDays: z.int().min(1).max(3650).default(90).describe('How long ended operations are kept, in days.'),
        releasesPerApp: z
          .int()
          .min(2)
          .max(10_000)
          .default(20)
          .describe('How many superseded releases of an app can be rolled back to.'),
      })
      .prefault({}),
    stats: z
      .strictObject({
        history: z
          .boolean()
          .default(true)
          .describe(
            'What apps use is measured every ten seconds, and kept in memory for a day: at most 62 kB for an app and as much for each instance, of which an app has at most 16. Off, it is measured only while somebody asks.',
          ),
      })
      .prefault({}),
    uptime: z
      .strictObject({
        keepDays: z
          .int()
          .min(1)
          .max(3650)
          .default(396)
          .describe('How long it is kept when apps ran, also of removed ones, in days. Default: 13 months.'),
        exactDays: z
          .int()
          .min(1)
          .max(3650)
          .default(92)
          .describe('How long each change is kept; before, how long an app was in each state, hour by hour. In days.'),
        seenSeconds: z
          .int()
          .min(1)
          .max(3600)
          .default(60)
          .describe(
            'How often Berth writes down that it watches, in seconds: after a crash, so much at most is said to be unknown though it was seen.',
          ),
      })
      .prefault({}),
    budgets: z
      .record(
        ShortName,
        z.strictObject({
          memoryBytes: z.int().min(1).describe('What its apps may reserve together, in bytes.'),
          owners: z
            .array(UserName)
            .optional()
            .describe('Whose apps may take part, and have others of it stopped. Default: everybody’s.'),
        }),
      )
      .default({})
      .describe('Memory budgets by name, for apps whose life names one: over it, the least recently used are stopped.'),
    uploads: UploadSettings.prefault({}),
    log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).prefault({}),
  })
  .superRefine((settings, context) => {
    const defaults = Object.values(settings.engines).filter((engine) => engine.default).length;
    if (defaults > 1)
      context.addIssue({ code: 'custom', path: ['engines'], message: 'only one engine can be the default' });
    if (settings.edge.proxyProtocol && settings.edge.trustedProxies.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['edge', 'proxyProtocol'],
        message: 'nobody would get in: name the proxies in edge.trustedProxies',
      });
    const { chp } = settings.dialects;
    const isEverywhere = chp !== undefined && chp.host === undefined && !chp.hostRouting;
    if (isEverywhere && settings.edge.defaultApp !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['dialects', 'chp', 'host'],
        message: 'must be said where edge.defaultApp has every host that leads nowhere else',
      });
  })
  .refine(({ edge }) => edge.acme.directory === undefined || edge.https !== 'off', {
    path: ['edge', 'https'],
    error: 'must not be off where certificates are asked for: nobody would see them',
  });

export type Settings = z.output<typeof Settings>;
