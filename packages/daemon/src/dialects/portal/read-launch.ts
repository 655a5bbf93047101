import { AppRequest } from '@berth/spec/app-spec';
import { AppName, ContainerPath, ImageReference } from '@berth/spec/name';
import { z } from 'zod';
import { parsePart } from '../../core/parse-part.ts';
import { TextRefusal } from '../../dialect-kit/text-refusal.ts';
import { budgetName, type Hand, pathOf } from './hand.ts';

const mebibyte = 1024 * 1024;
const rootLabel = 'io.github.refinery-project.django_docker_engine';

const Word = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const absent = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? undefined);

/** What a launch says, as JSON or by a form. */
const Launch = z.strictObject({
  image_name: ImageReference,
  container_name: AppName,
  mem_reservation_mb: absent(z.number().min(6)),
  cpus: absent(z.number()),
  container_port: absent(z.int().min(1).max(65_535)),
  labels: absent(z.record(z.string(), Word)),
  extra_directories: absent(z.array(z.string()).max(32)),
  input: absent(z.json()),
  input_mount: absent(ContainerPath),
  input_files: absent(z.array(z.string()).max(64)),
});

type Launch = z.output<typeof Launch>;

/** The app that a launch asks for. */
export function readLaunch(hand: Hand, body: unknown): { readonly name: string; readonly request: AppRequest } {
  const launch = parsePart(Launch, body, 'launch');
  const request = {
    ...workloadOf(hand, launch),
    env: readInput(launch.input),
    files: filesOf(hand, launch),
    volumes: (launch.extra_directories ?? []).map((path, at) => ({ name: freshName(hand, at), path: absolute(path) })),
    ...placeOf(hand, launch.container_name),
  };
  return { name: launch.container_name, request: parsePart(AppRequest, request, 'launch') };
}

/** A form says in texts what JSON says in kind: labels as JSON, lists with commas or line ends between. */
export function readLaunchForm(form: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(form).filter(([, value]) => value !== '');
  return Object.fromEntries(entries.map(([name, value]) => [name, readField(name, value)]));
}

const numbers: ReadonlySet<string> = new Set(['mem_reservation_mb', 'cpus', 'container_port']);
const lists: ReadonlySet<string> = new Set(['extra_directories', 'input_files']);

function readField(name: string, value: unknown): unknown {
  const texts = (Array.isArray(value) ? value : [value]) as unknown[];
  if (lists.has(name))
    return texts
      .flatMap((text) => String(text).split(/[,\r\n]+/))
      .map((text) => text.trim())
      .filter((text) => text !== '');
  if (typeof value !== 'string') return value;
  if (numbers.has(name)) return value.trim() === '' ? undefined : Number(value);
  return name === 'labels' ? parseJson(value, 'labels is no JSON object') : value;
}

function workloadOf({ settings }: Hand, launch: Launch) {
  const { mem_reservation_mb: megabytes = settings.memReservationMb, container_port: port = 80, cpus = 0.5 } = launch;
  return {
    image: launch.image_name,
    cpus,
    memoryReservationBytes: Math.round(megabytes * mebibyte),
    ports: [{ containerPort: port, served: true }],
    health: { startTimeoutSeconds: settings.startSeconds },
    labels: {
      ...launch.labels,
      [rootLabel]: 'true',
      [`${rootLabel}.port`]: String(port),
      [`${rootLabel}.mem_reservation_mb`]: String(megabytes),
    },
  };
}

function placeOf(hand: Hand, name: string) {
  const { settings } = hand;
  const { waiting, history, dropCookies, suffix, memoryBudgetMb, idleSeconds } = settings;
  const logs = settings.logs ? { logs: `${pathOf(hand, name)}docker-logs` } : {};
  return {
    route: { waiting: { ...waiting, always: true, ...logs }, history, dropCookies: [...dropCookies] },
    life: {
      wake: true,
      ...(idleSeconds === undefined ? {} : { idleSeconds }),
      ...(memoryBudgetMb === undefined ? {} : { budget: budgetName }),
    },
    ...(suffix === undefined ? {} : { domains: [{ host: `${name}.${suffix}` }] }),
  };
}

/** JSON goes in as it is, a URL as where to find it. */
function readInput(input: Launch['input']): Record<string, string> {
  if (input === undefined) return {};
  if (typeof input !== 'string') return { INPUT_JSON: JSON.stringify(input) };
  if (/^https?:\/\/\S+$/.test(input)) return { INPUT_JSON_URL: input };
  parseJson(input, 'input is neither JSON nor a URL');
  return { INPUT_JSON: input };
}

/** Files that were uploaded before, by the names that they had then: the newest of each. */
function filesOf({ context, settings }: Hand, { input_files: names = [], input_mount: mount }: Launch) {
  if (names.length > 0 && mount === undefined) throw new TextRefusal(400, 'input_files need an input_mount');
  const uploads = [...context.ledger.books.shelves.upload.values()].filter(({ owner }) => owner === settings.owner);
  return [...new Set(names)].map((name) => {
    if (/[/\\]/.test(name)) throw new TextRefusal(400, `"${name}" is a path: name a file that was uploaded`);
    const upload = uploads.findLast((one) => one.name === name);
    if (upload === undefined) throw new TextRefusal(400, `"${name}" was not uploaded`);
    return { path: `${mount}/${name}`, upload: upload.id };
  });
}

function absolute(path: string): string {
  if (!path.startsWith('/')) throw new TextRefusal(400, `"${path}" is not absolute`);
  return path.replace(/(?<=.)\/+$/, '');
}

/** No volume of before: what an earlier container of that name left is not found again. */
function freshName({ context }: Hand, at: number): string {
  return `extra-${at}-${context.clock.newId().slice(-12)}`;
}

function parseJson(text: string, complaint: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TextRefusal(400, complaint);
  }
}
