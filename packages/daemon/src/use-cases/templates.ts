import { ShortName } from '@berth/spec/name';
import { Problem } from '@berth/spec/problem';
import type { Template as TemplateResource, TemplateRequest } from '@berth/spec/spawn';
import type { Books } from '../core/books.ts';
import { isSpawned } from '../core/spawn-room.ts';
import { requireUsable, type Template } from '../core/template.ts';
import { parsePart } from '../core/parse-part.ts';
import { type Actor, authorize, visibleOwner } from './actor.ts';
import type { Context } from './context.ts';

/** All templates, by name; their specs for administrators. */
export function listTemplates(context: Context, actor: Actor): TemplateResource[] {
  authorize(actor, { scope: 'read', owner: actor.user });
  const { policy, ledger } = context;
  const all = new Map([...ledger.books.shelves.template, ...(policy.templates ?? [])]);
  return [...all.values()]
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map((template) => viewTemplate(context, actor, template));
}

export function showTemplate(context: Context, actor: Actor, name: string): TemplateResource {
  authorize(actor, { scope: 'read', owner: actor.user });
  return viewTemplate(context, actor, getTemplate(context, context.ledger.books, name));
}

/** Keeps a template, for administrators. Spawns that were made of it before stay as they are. */
export async function putTemplate(
  context: Context,
  actor: Actor,
  wish: { readonly name: string; readonly request: TemplateRequest },
): Promise<{ template: TemplateResource; created: boolean }> {
  authorize(actor, { scope: 'admin', owner: null });
  const name = parsePart(ShortName, wish.name, 'name');
  requireChangeable(context, name);
  const template: Template = { name, ...wish.request };
  requireUsable(template);
  const created = await context.ledger.write((books) => ({
    changes: [{ kind: 'shelf.put', item: { shelf: 'template', key: name, record: template } }],
    result: !books.shelves.template.has(name),
  }));
  return { template: viewTemplate(context, actor, template), created };
}

/** Forgets a template, for administrators. What was made of it lives on. */
export async function removeTemplate(context: Context, actor: Actor, name: string): Promise<void> {
  authorize(actor, { scope: 'admin', owner: null });
  requireChangeable(context, name);
  await context.ledger.write((books) => {
    if (!books.shelves.template.has(name)) throw unknown(name);
    return { changes: [{ kind: 'shelf.remove', shelf: 'template', key: name }], result: undefined };
  });
}

/** Of the settings, else of the store. */
export function getTemplate({ policy }: Context, books: Readonly<Books>, name: string): Template {
  const template = policy.templates?.get(name) ?? books.shelves.template.get(name);
  if (template === undefined) throw unknown(name);
  return template;
}

function requireChangeable({ policy }: Context, name: string): void {
  if (policy.templates?.has(name) === true)
    throw new Problem('policy-refused', `The template "${name}" is in the settings; change it there.`);
}

function unknown(name: string): Problem {
  return new Problem('template-not-found', `There is no template "${name}"; GET /v1/templates lists them.`);
}

function viewTemplate({ policy, ledger }: Context, actor: Actor, template: Template): TemplateResource {
  const spawns = [...ledger.books.apps.values()].filter(
    (app) => isSpawned(app) && app.removing === null && app.spawn.template === template.name,
  );
  return {
    ...template,
    spec: visibleOwner(actor) === null ? template.spec : null,
    source: policy.templates?.has(template.name) === true ? 'settings' : 'api',
    spawns: spawns.length,
  };
}
