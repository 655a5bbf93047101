import { Problem } from '@berth/spec/problem';
import type { App } from './app.ts';
import type { Template } from './template.ts';

/** An app that was made of a template. */
export type SpawnedApp = App & { readonly spawn: NonNullable<App['spawn']> };

export interface Room {
  readonly template: Template;
  readonly owner: string;
  readonly user: string | null;
  /** All that live, of any template. */
  readonly spawns: readonly SpawnedApp[];
  /** Of all templates together; undefined for any number. */
  readonly max: number | undefined;
}

export function isSpawned(app: App): app is SpawnedApp {
  return app.spawn !== null;
}

/** Refuses one more spawn where there is no room for it. */
export function requireRoom({ template, owner, user, spawns, max }: Room): void {
  const same = spawns.filter(({ spawn }) => spawn.template === template.name);
  const own = same.filter((app) => app.owner === owner && app.spawn.user === user);
  requireLess(spawns.length, max, `There are ${max} spawns, which is all that may be.`);
  requireLess(
    same.length,
    template.max,
    `There are ${template.max} spawns of "${template.name}", which is all that may be.`,
  );
  requireLess(
    own.length,
    template.maxPerUser,
    `There are ${template.maxPerUser} spawns of "${template.name}" for this user, which is all that may be.`,
  );
}

function requireLess(count: number, max: number | undefined, detail: string): void {
  if (max !== undefined && count >= max)
    throw new Problem('no-room', `${detail} Try again when one has ended, or remove one.`);
}
