import type { Actor } from '../use-cases/actor.ts';
import { nothing, type RenderedJson } from './answer.ts';
import type { Call } from './endpoint.ts';
import { isUnchanged } from './entity-tag.ts';
import type { TagOf } from './rendered-views.ts';

export const unchanged = nothing('The caller has it already.', { ETag: 'As it was given.' });

export const unchangedHeaders = { 'If-None-Match': 'Answer 304 when the content still has this entity tag.' };

type ViewCall = Pick<Call<unknown, unknown, unknown, Actor>, 'services' | 'actor' | 'url' | 'headers'>;

type ViewAnswer =
  | { readonly status: 200; readonly headers: { readonly etag: string }; readonly body: RenderedJson }
  | { readonly status: 304; readonly headers: { readonly etag: string }; readonly body: null };

/** A view from memory: rendered once for each state of the world, 304 to those who have it. */
export function viewAnswer<View>(call: ViewCall, view: () => View, tagOf?: TagOf<View>): ViewAnswer {
  const { user, role, scopes } = call.actor;
  const rendered = call.services.views.get(`${user} ${role} ${scopes.join()} ${call.url}`, view, tagOf);
  const headers = { etag: rendered.tag };
  return isUnchanged(call.headers, rendered.tag)
    ? { status: 304, headers, body: null }
    : { status: 200, headers, body: rendered };
}
