import { type App, wantedRevision } from '../../core/app.ts';
import { releasesOf } from '../../core/books.ts';
import { authorize, visibleOwner } from '../../use-cases/actor.ts';
import type { Hand } from './hand.ts';
import { appNameOf, nameLabel, parseTrueName, userNameOf } from './true-name.ts';
import { words } from './words.ts';

/** An app as this API tells of it. */
export interface SrcApp {
  readonly app: App;
  /** `image--user`; of an app that was made elsewhere, its own name. */
  readonly name: string;
  /** As the true name has it; of an app that was made elsewhere, its owner. */
  readonly user: string;
}

/** The apps of the facility that the caller may see, newest first. */
export function listSrcApps(hand: Hand): SrcApp[] {
  authorize(hand.actor, { scope: 'read', owner: hand.actor.user });
  const apps = [...hand.context.ledger.books.apps.values()].filter((app) => isVisible(hand, app));
  return apps
    .toSorted((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? 1 : -1))
    .map((app) => viewApp(hand, app));
}

/** By the name that `listSrcApps` tells; refuses in the words that clients know. */
export function getSrcApp(hand: Hand, name: string): SrcApp {
  const { appIds, apps } = hand.context.ledger.books;
  for (const own of [appNameOf(name, facilityOf(hand)), name]) {
    const app = apps.get(appIds.get(own) ?? '');
    if (app === undefined || !isVisible(hand, app)) continue;
    const found = viewApp(hand, app);
    if (found.name === name) return found;
  }
  throw words.unknownApp(name);
}

/** Null for the default engine, whose apps need no more than their names. */
export function facilityOf({ context, engine }: Hand): string | null {
  return engine === context.policy.defaultEngine ? null : engine;
}

function isVisible({ actor, engine }: Hand, app: App): boolean {
  const owner = visibleOwner(actor);
  return app.engine === engine && app.removing === null && (owner === null || owner === app.owner);
}

/** Anybody may set a label: it is believed where the app’s name and owner are what such a true name leads to. */
function viewApp(hand: Hand, app: App): SrcApp {
  const releases = releasesOf(hand.context.ledger.books, app.id);
  const spec = releases.get(wantedRevision(app)?.release ?? app.lastRelease)?.spec;
  const name = spec?.labels[nameLabel] ?? '';
  const user = parseTrueName(name)?.user;
  const isTrue = user !== undefined && userNameOf(user) === app.owner && appNameOf(name, facilityOf(hand)) === app.name;
  return isTrue ? { app, name, user } : { app, name: app.name, user: app.owner };
}
