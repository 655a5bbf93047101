import { z } from 'zod';
import { AppLife } from './app-life.ts';
import { AppRoute, DomainRoute } from './app-route.ts';
import { ContainerPath, ImageReference, ShortName, UserName } from './name.ts';
import { UploadId } from './upload.ts';

const mebibyte = 1024 * 1024;

/** Total size of the files one spec may inject, after decoding. */
export const maxFilesBytes = 512 * 1024;

const noNul = (text: string): boolean => !text.includes('\0');
const Word = z
  .string()
  .max(32 * 1024)
  .refine(noNul, 'must not hold a NUL character');
const PortNumber = z.int().min(1).max(65535);
const EnvName = z
  .string()
  .max(256)
  .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'must be a variable name');
const LabelName = z
  .string()
  .max(256)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'must be letters, digits and . _ / -')
  .refine((name) => !/^(?:berth|com\.docker|io\.docker|org\.dockerproject)\./.test(name), 'is a reserved label');

/** Needs the policy's consent; at which of the host's addresses, the policy says too. */
const PublishedAt = z
  .strictObject({ hostPort: PortNumber.optional().describe('Default: one that the engine chooses for each instance.') })
  .describe('Reached at a port of the engine’s host too, past the edge. Absent: by the app’s URL only.');

export const Port = z
  .strictObject({
    containerPort: PortNumber,
    protocol: z.enum(['tcp', 'udp']).default('tcp'),
    served: z
      .boolean()
      .optional()
      .describe('The one port that the app’s URL reaches. The only tcp port is served by itself.'),
    published: PublishedAt.optional(),
  })
  .meta({ id: 'Port' });

export const VolumeMount = z
  .strictObject({
    name: ShortName.describe('The volume’s name within the app; it outlives releases and goes only when named.'),
    path: ContainerPath,
    readOnly: z.boolean().default(false),
  })
  .meta({ id: 'VolumeMount' });

export const InjectedFile = z
  .strictObject({
    path: ContainerPath,
    content: z
      .string()
      .max(700 * 1024)
      .optional()
      .describe('What is in it; or `upload`.'),
    upload: UploadId.optional().describe('The id of an upload of the app’s owner, for files of any size.'),
    encoding: z.enum(['utf8', 'base64']).default('utf8'),
    mode: z
      .string()
      .regex(/^0?[0-7]{3}$/, 'must be an octal mode such as 0644')
      .default('0644'),
  })
  .refine((file) => (file.content === undefined) !== (file.upload === undefined), 'needs either content or upload')
  .refine((file) => file.encoding === 'utf8' || isBase64(file.content ?? ''), {
    path: ['content'],
    error: 'must be base64',
  })
  .meta({ id: 'InjectedFile' });

/** How Berth finds out, from outside, that an instance can take traffic. */
export const HealthProbe = z
  .strictObject({
    kind: z.enum(['tcp', 'http', 'none']).optional().describe('Default: http when a path is given, else tcp.'),
    path: z
      .string()
      .max(1024)
      .regex(/^\/[\x21-\x7e]*$/, 'must be a URL path')
      .optional(),
    port: PortNumber.optional().describe('Default: the served port.'),
    intervalSeconds: z.int().min(1).max(3600).default(10),
    timeoutSeconds: z.int().min(1).max(300).default(5),
    startTimeoutSeconds: z.int().min(1).max(3600).default(60).describe('How long a new instance may take to answer.'),
    failures: z.int().min(1).max(100).default(3).describe('Failed probes in a row that make an instance unhealthy.'),
  })
  .meta({ id: 'HealthProbe' });

export const TmpfsMount = z
  .strictObject({ path: ContainerPath, sizeBytes: z.int().min(4096).optional() })
  .meta({ id: 'TmpfsMount' });

/** What the workload validator refuses unless the administrator's policy names it. */
export const Privileges = z
  .strictObject({
    privileged: z.boolean().optional(),
    hostNetwork: z.boolean().optional(),
    hostPid: z.boolean().optional(),
    hostMounts: z
      .array(z.strictObject({ source: ContainerPath, path: ContainerPath, readOnly: z.boolean().default(true) }))
      .max(32)
      .optional(),
    devices: z
      .array(
        z
          .string()
          .max(256)
          .regex(/^\/dev\/[A-Za-z0-9/_.-]+$/),
      )
      .max(32)
      .optional(),
    capabilities: z
      .array(z.string().regex(/^[A-Z_]{2,32}$/))
      .max(40)
      .optional(),
  })
  .meta({ id: 'Privileges', description: 'Refused unless the administrator’s policy allows each one by name.' });

export const Replicas = z.int().min(0).max(200).meta({ id: 'Replicas' });

const appSpecFields = z.strictObject({
  image: ImageReference,
  pull: z
    .enum(['auto', 'always', 'refresh', 'missing', 'never'])
    .default('auto')
    .describe(
      'auto: always for a missing or `latest` tag, with a present image as fall-back; else only when missing. refresh: always, but an image that no registry has may be on the engine alone.',
    ),
  registryCredential: ShortName.optional().describe('The name of a stored registry credential.'),
  command: z.array(Word).max(256).optional(),
  entrypoint: z.array(Word).max(256).optional(),
  env: z.record(EnvName, Word).default({}).refine(atMost(512), 'must have at most 512 entries'),
  ports: z.array(Port).max(64).optional().describe('Default: the tcp ports that the image EXPOSEs.'),
  publishExposed: z
    .boolean()
    .optional()
    .describe('Publishes the ports that the image EXPOSEs as well, each at one that the engine chooses.'),
  usualPort: PortNumber.optional().describe(
    'Served where `ports` says nothing and the image EXPOSEs it, or EXPOSEs no tcp port at all.',
  ),
  protocol: z
    .enum(['http', 'h2c'])
    .optional()
    .describe('What the served port speaks: HTTP/1.1, or HTTP/2 without TLS as gRPC does. Default: http.'),
  volumes: z.array(VolumeMount).max(64).default([]),
  files: z.array(InjectedFile).max(64).default([]),
  labels: z
    .record(LabelName, z.string().max(4096).refine(noNul))
    .default({})
    .refine(atMost(128), 'must have at most 128 entries'),
  cpus: z.number().min(0.01).max(1024).optional(),
  memoryBytes: z
    .int()
    .min(6 * mebibyte)
    .max(2 ** 50)
    .optional(),
  memoryReservationBytes: z
    .int()
    .min(6 * mebibyte)
    .max(2 ** 50)
    .optional(),
  pidsLimit: z.int().min(1).max(1_000_000).default(1024),
  restart: z.enum(['always', 'on-failure', 'never']).default('always'),
  health: HealthProbe.prefault({}),
  stopSignal: z
    .string()
    .regex(/^SIG[A-Z]{2,7}[0-9+-]{0,3}$/, 'must be a signal such as SIGTERM')
    .optional(),
  stopGraceSeconds: z.int().min(0).max(3600).default(10),
  drainSeconds: z
    .int()
    .min(0)
    .max(3600)
    .default(30)
    .describe('How long requests in flight may take after the routes moved on.'),
  strategy: z
    .enum(['beside', 'recreate'])
    .default('beside')
    .describe(
      'beside: new instances start next to the old, no request fails. recreate: the old stop first, for data that bears one writer.',
    ),
  user: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/, 'must be user[:group]')
    .optional(),
  workingDirectory: ContainerPath.optional(),
  readOnlyRoot: z.boolean().default(false),
  tmpfs: z.array(TmpfsMount).max(32).default([]),
  privileges: Privileges.optional(),
});

/** What a release fixes: everything about a container except how many there are and how they are reached. */
export const AppSpec = appSpecFields.superRefine(refineSpec).meta({ id: 'AppSpec' });

/** What `PUT /v1/apps/{name}` takes: a spec, and who owns it, where it runs, how many there are, how they are reached. */
export const AppRequest = appSpecFields
  .extend({
    owner: UserName.optional().describe('Default: the caller. Only administrators may name another.'),
    engine: ShortName.optional().describe('Default: the default engine. It cannot change later.'),
    replicas: Replicas.optional().describe('Default: 1, or what the app has.'),
    domains: z
      .array(DomainRoute)
      .max(100)
      .optional()
      .describe('Replaces the app’s domains. Default: what the app has.'),
    route: AppRoute.optional().describe('Replaces how visitors are brought to the app. Default: what the app has.'),
    life: AppLife.optional().describe('Replaces when the app ends by itself. Default: what the app has.'),
    started: z.boolean().default(true).describe('false creates the instances without starting them.'),
  })
  .superRefine(refineSpec)
  .meta({ id: 'AppRequest' });

/** A JSON merge patch (RFC 7396) of an AppRequest: null takes an optional field away. */
export const AppPatch = z
  .record(z.string(), z.json())
  .meta({ id: 'AppPatch', description: 'RFC 7396 merge patch of an AppRequest.' });

export type AppSpec = z.output<typeof AppSpec>;
export type AppRequest = z.output<typeof AppRequest>;
export type AppRequestInput = z.input<typeof AppRequest>;
export type AppSpecInput = z.input<typeof AppSpec>;
export type Port = z.output<typeof Port>;
export type HealthProbe = z.output<typeof HealthProbe>;
export type InjectedFile = z.output<typeof InjectedFile>;
export type VolumeMount = z.output<typeof VolumeMount>;
export type Privileges = z.output<typeof Privileges>;

type SpecError = readonly [path: (string | number)[], message: string];

function refineSpec(spec: SpecFields, context: z.core.$RefinementCtx): void {
  for (const [path, message] of specErrors(spec)) context.addIssue({ code: 'custom', path, message });
}

type SpecFields = z.output<typeof appSpecFields>;

function specErrors(spec: SpecFields): SpecError[] {
  return [
    ...portErrors(spec.ports ?? []),
    ...twice([...spec.volumes.map((v) => v.path), ...spec.tmpfs.map((t) => t.path)]).map(
      (path): SpecError => [['volumes'], `two mounts at ${path}`],
    ),
    ...twice(spec.files.map((file) => file.path)).map((path): SpecError => [['files'], `two files at ${path}`]),
    ...(filesBytes(spec.files) > maxFilesBytes
      ? [[['files'], `must be at most ${maxFilesBytes} bytes in all`] as SpecError]
      : []),
    ...((spec.memoryReservationBytes ?? 0) > (spec.memoryBytes ?? Infinity)
      ? [[['memoryReservationBytes'], 'must not be more than memoryBytes'] as SpecError]
      : []),
    ...(spec.health.kind === 'http' && spec.health.path === undefined
      ? [[['health', 'path'], 'is needed for an http probe'] as SpecError]
      : []),
  ];
}

function portErrors(ports: Port[]): SpecError[] {
  const errors: SpecError[] = twice(ports.map((port) => `${port.containerPort}/${port.protocol}`)).map((port) => [
    ['ports'],
    `${port} is listed twice`,
  ]);
  if (ports.filter((port) => port.served === true).length > 1) errors.push([['ports'], 'only one port can be served']);
  const udp = ports.findIndex((port) => port.served === true && port.protocol === 'udp');
  if (udp >= 0) errors.push([['ports', udp, 'served'], 'a udp port cannot be served']);
  const fixed = ports.flatMap(({ protocol, published }) =>
    published?.hostPort === undefined ? [] : [`${published.hostPort}/${protocol}`],
  );
  errors.push(...twice(fixed).map((port): SpecError => [['ports'], `the host port ${port} is given twice`]));
  return errors;
}

function twice(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function filesBytes(files: readonly z.output<typeof InjectedFile>[]): number {
  return files.reduce(
    (sum, { content = '', encoding }) => sum + content.length * (encoding === 'base64' ? 0.75 : 1),
    0,
  );
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function atMost(count: number) {
  return (record: Record<string, unknown>): boolean => Object.keys(record).length <= count;
}
