/** One end of a copy: a path here, or one in an app. */
export type Place =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'app'; readonly app: string; readonly path: string };

/** `app:/path` is inside an app; anything else is here, as is what begins with `.` or `/`. */
export function parsePlace(text: string): Place {
  const [, app, path] = /^([a-z0-9][a-z0-9-]*):(\/.*)$/.exec(text) ?? [];
  return app === undefined || path === undefined ? { kind: 'local', path: text } : { kind: 'app', app, path };
}
