import { type App, wantedRevision } from '../../core/app.ts';
import { releasesOf } from '../../core/books.ts';
import { conditionOf } from '../../use-cases/view.ts';
import { addressOf, type Hand, pathOf } from './hand.ts';
import { ownApps } from './own-apps.ts';

/** An app as a portal tells it, in the original's words. */
export interface PortalContainer {
  readonly name: string;
  readonly image: string;
  readonly state: string;
  readonly mem_reservation_mb: number | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly url: string;
}

const mebibyte = 1024 * 1024;

/** All of the portal's; `host` is what the caller knows this machine by. */
export function listContainers(hand: Hand, host: string): PortalContainer[] {
  return ownApps(hand).map((app) => viewContainer(hand, app, host));
}

function viewContainer(hand: Hand, app: App, host: string): PortalContainer {
  const { context } = hand;
  const number = wantedRevision(app)?.release ?? app.lastRelease;
  const spec = releasesOf(context.ledger.books, app.id).get(number)?.spec;
  const reserved = spec?.memoryReservationBytes;
  return {
    name: app.name,
    image: spec?.image ?? '',
    state: conditionOf(context, app).state,
    mem_reservation_mb: reserved === undefined ? null : Math.round(reserved / mebibyte),
    labels: { ...spec?.labels },
    url: addressOf(hand, host) + pathOf(hand, app.name),
  };
}
