import { createHash } from 'node:crypto';
import { AppName, UserName } from '@berth/spec/name';

/** The label in which an app keeps the name that this API knows it by. */
export const nameLabel = 'src.name';

/** `image--user`, which two dashes part: the last two, as no user has two in a row or begins with one. */
export interface TrueName {
  readonly image: string;
  readonly user: string;
}

export function renderTrueName({ image, user }: TrueName): string {
  return `${image}--${user}`;
}

/** Undefined for what is no such name. */
export function parseTrueName(text: string): TrueName | undefined {
  const at = text.lastIndexOf('--');
  const [image, user] = [text.slice(0, Math.max(0, at)), text.slice(at + 2)];
  return at > 0 && isUser(user) ? { image, user } : undefined;
}

/** Letters, digits, dashes and underscores; no two dashes in a row, and none at the beginning. */
export function isUser(text: string): boolean {
  return /^(?!-)(?!.*--)[A-Za-z0-9_-]{1,100}$/.test(text);
}

/**
 * The name of the app, which is a host name too: the true one where it can be, else what of it can be read and a hash. On
 * another engine than the default one (`facility` is its name) the same true name is another app.
 */
export function appNameOf(trueName: string, facility: string | null): string {
  const isPlain = facility === null && AppName.safeParse(trueName).success && !looksDerived(trueName);
  return isPlain ? trueName : derive(`${facility ?? ''}/${trueName}`, trueName, 50);
}

/** The name of the user whose the app is. */
export function userNameOf(user: string): string {
  return UserName.safeParse(user).success && !looksDerived(user) ? user : derive(user, user, 64);
}

const hashLength = 10;

function derive(whole: string, readable: string, length: number): string {
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, hashLength);
  const words = readable
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const start = words.slice(0, length - hashLength - 1).replace(/-$/, '');
  return start === '' ? `x-${hash}` : `${start}-${hash}`;
}

/** So that no plain name is ever a derived one; and none is taken for an internationalised host name. */
function looksDerived(name: string): boolean {
  return new RegExp(`-[0-9a-f]{${hashLength}}$|^xn--`).test(name);
}
