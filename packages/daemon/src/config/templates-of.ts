import type { Template } from '../core/template.ts';
import type { Settings } from './settings.ts';
import { spawnerTemplate } from './spawner-dialect-settings.ts';

/** The templates that the settings name, and those that older APIs spawn from. */
export function templatesOf({ templates, dialects: { spawner }, edge }: Settings): ReadonlyMap<string, Template> {
  const named = Object.entries(templates).map(([name, request]): Template => ({ name, ...request }));
  const all = spawner === undefined ? named : [...named, spawnerTemplate(spawner, edge.baseDomain)];
  return new Map(all.map((template) => [template.name, template]));
}
