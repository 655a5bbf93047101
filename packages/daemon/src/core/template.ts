import { AppRequest } from '@berth/spec/app-spec';
import { type FieldError, fieldProblem, Problem } from '@berth/spec/problem';
import type { TemplateRequest } from '@berth/spec/spawn';
import { isObject, type Json, type JsonObject } from './merge-patch.ts';
import { parsePart } from './parse-part.ts';

/** What many apps are made of. */
export interface Template extends TemplateRequest {
  readonly name: string;
}

/** What the holes of a template are filled with. */
export interface Filling {
  readonly id: string;
  readonly user: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What is usual for spawns, where a template says nothing else. */
const usual = { restart: 'never' } as const;
const usualLife = { endedSeconds: 60, atEnd: 'remove', volumes: 'remove' } as const;

/** The request that makes a spawn. Throws `validation-failed` where the filled template is none. */
export function fillTemplate(template: Template, filling: Filling): AppRequest {
  const { id, user, parameters } = filling;
  const values = new Map(Object.entries({ ...parameters, id, user }));
  const filled = mapTexts(template.spec, (text) => text.replaceAll(hole, (_, name: string) => values.get(name) ?? ''));
  const { life, ...spec } = filled as JsonObject;
  const wholeLife = life === undefined || isObject(life) ? { ...usualLife, ...life } : life;
  return parsePart(AppRequest, { ...usual, ...spec, life: wholeLife }, 'spec');
}

/** What is given for the parameters, and what is usual for the others; throws `validation-failed`. */
export function chooseParameters(
  { parameters }: TemplateRequest,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(parameters, name));
  if (unknown !== undefined) throw fieldProblem(`parameters.${unknown}`, 'is not a parameter of the template');
  const chosen = Object.entries(parameters).map(([name, rule]) => {
    const value = Object.hasOwn(given, name) ? given[name] : rule.default;
    if (value === undefined) throw fieldProblem(`parameters.${name}`, 'is needed');
    if (rule.choices !== undefined && !Object.hasOwn(rule.choices, value))
      throw fieldProblem(`parameters.${name}`, 'is not one of the choices');
    return [name, value] as const;
  });
  return Object.fromEntries(chosen);
}

/** What is filled in for chosen parameters. */
export function fillingsOf(
  { parameters }: TemplateRequest,
  chosen: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(chosen).map(([name, value]) => [name, parameters[name]?.choices?.[value] ?? value]),
  );
}

/** Refuses a template with holes that nothing fills, or that never makes an app. */
export function requireUsable(template: Template): void {
  const errors = templateErrors(template);
  const [first] = errors;
  if (first === undefined) return void fillTemplate(template, exampleFilling(template));
  throw new Problem('validation-failed', `${first.field}: ${first.detail}`, { facts: { errors } });
}

function templateErrors({ spec, parameters }: Template): FieldError[] {
  const known = new Set(['id', 'user', ...Object.keys(parameters)]);
  const decided = ['owner', 'started'].filter((name) => Object.hasOwn(spec, name));
  const texts: string[] = [];
  mapTexts(spec, (text) => (texts.push(text), text));
  const unknown = texts.flatMap((text) => unknownHoles(text, known));
  const keys = namesIn(spec).filter((name) => name.includes('{{'));
  return [
    ...decided.map((name) => ({ field: `spec.${name}`, detail: 'is decided by each spawn' })),
    ...unknown.map((name) => ({ field: 'spec', detail: `has a hole {{${name}}} that nothing fills` })),
    ...keys.map((name) => ({
      field: 'spec',
      detail: `has a hole in the name ${JSON.stringify(name)}; only texts have`,
    })),
  ];
}

const hole = /\{\{([a-z][a-z0-9_]*)\}\}/g;

/** What looks like a hole and is none that is known; white space and capitals too. */
function unknownHoles(text: string, known: ReadonlySet<string>): string[] {
  const rest = text.replaceAll(hole, (whole, name: string) => (known.has(name) ? '' : whole));
  return [...rest.matchAll(/\{\{([^{}]{0,40})/g)].map(([, name = '']) => name);
}

function exampleFilling({ idLength, parameters }: Template): Filling {
  const examples = Object.entries(parameters).map(([name, { default: usually, choices }]) => {
    const [first] = Object.keys(choices ?? {});
    return [name, usually ?? first ?? 'example'] as const;
  });
  const chosen = fillingsOf({ parameters } as Template, Object.fromEntries(examples));
  return { id: '0'.repeat(idLength), user: 'example', parameters: chosen };
}

function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item: Json) => mapTexts(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, change)]));
}

function namesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap((item: Json) => namesIn(item));
  return isObject(value) ? Object.entries(value).flatMap(([name, item]) => [name, ...namesIn(item)]) : [];
}
