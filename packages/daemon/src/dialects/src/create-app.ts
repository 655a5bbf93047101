import { AppRequest } from '@berth/spec/app-spec';
import { isProblem } from '@berth/spec/problem';
import { visibleOwner } from '../../use-cases/actor.ts';
import { deployApp } from '../../use-cases/deploy-app.ts';
import { isImageUsable } from '../../use-cases/image-requests.ts';
import { finish } from '../../use-cases/operation-end.ts';
import { removeApp } from '../../use-cases/remove-app.ts';
import { ensureUser } from '../../use-cases/users.ts';
import type { Hand } from './hand.ts';
import { facilityOf } from './src-app.ts';
import { appNameOf, isUser, nameLabel, renderTrueName, type TrueName, userNameOf } from './true-name.ts';
import { words } from './words.ts';

/** Makes an app; in a swarm it is started too. Nothing is pulled, and nothing is left of one that could not be made. */
export async function createApp(hand: Hand, given: { [Part in keyof TrueName]: string | undefined }): Promise<void> {
  const { image, user } = requireNames(given);
  const { context, actor, engine } = hand;
  const owner = userNameOf(user);
  if (!(await isImageUsable(context, { engine, reference: image, owner }))) throw words.unknownImage(image);
  const trueName = renderTrueName({ image, user });
  const name = appNameOf(trueName, facilityOf(hand));
  if (context.ledger.books.appIds.has(name)) throw words.exists();
  if (visibleOwner(actor) === null) await ensureUser(context, owner);
  try {
    await make(hand, name, requestFor(hand, { image, owner, trueName }));
  } catch (error) {
    throw isProblem(error, 'name-taken') ? words.exists() : error;
  }
}

function requireNames({ image = '', user = '' }: { [Part in keyof TrueName]: string | undefined }): TrueName {
  if (image === '') throw words.noImage();
  if (user === '') throw words.noUser();
  if (!isUser(user)) throw words.badUser(user);
  return { image, user };
}

async function make({ context, actor }: Hand, name: string, request: AppRequest): Promise<void> {
  const accepted = await deployApp(context, actor, { name, request, onlyNew: true });
  await finish(context, accepted).catch(async (error: unknown) => {
    await removeApp(context, actor, { name, volumes: [] });
    throw error;
  });
}

interface Wanted {
  readonly image: string;
  readonly owner: string;
  readonly trueName: string;
}

/** As `docker create` would have it: running is all that is asked of it, and what ended stays so. */
function requestFor({ engine, mode }: Hand, { image, owner, trueName }: Wanted): AppRequest {
  return AppRequest.parse({
    image,
    owner,
    engine,
    started: mode === 'swarm',
    pull: 'never',
    restart: 'never',
    health: { kind: 'none' },
    drainSeconds: 0,
    strategy: 'recreate',
    labels: { [nameLabel]: trueName },
  });
}
