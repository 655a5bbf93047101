import { AppName } from '@berth/spec/name';

/** Begins the names of apps whose service has a name that no app can have. */
const mark = 'gs-';

/**
 * The name of the app that a service is: its own where an app can be called so, else one from which `serviceNameOf` gives it
 * back. Undefined where there is none, because it would be too long, or is empty.
 */
export function appNameOf(service: string): string | undefined {
  const isPlain = AppName.safeParse(service).success && !service.startsWith(mark);
  const name = isPlain ? service : mark + service.replaceAll(/[^a-z0-9]/gu, escape);
  return AppName.safeParse(name).success ? name : undefined;
}

/** The name of the service that an app is; the app's own where it was not made from one. */
export function serviceNameOf(app: string): string {
  if (!app.startsWith(mark)) return app;
  const service = unescape(app.slice(mark.length));
  return service !== undefined && appNameOf(service) === app ? service : app;
}

/** A hyphen begins what no app's name can hold: a letter stands for its capital, 0 for `_`, 1 for itself, 2 for any byte. */
function escape(char: string): string {
  if (/^[A-Z]$/.test(char)) return `-${char.toLowerCase()}`;
  if (char === '_') return '-0';
  if (char === '-') return '-1';
  return [...Buffer.from(char)].map((byte) => `-2${byte.toString(16).padStart(2, '0')}`).join('');
}

const piece = /-2(?<byte>[0-9a-f]{2})|-(?<sign>[a-z01])|(?<plain>[a-z0-9])/y;
const signs: Readonly<Record<string, string>> = { 0: '_', 1: '-' };

function unescape(text: string): string | undefined {
  const bytes: Buffer[] = [];
  piece.lastIndex = 0;
  while (piece.lastIndex < text.length) {
    const groups = piece.exec(text)?.groups;
    if (groups === undefined) return undefined;
    const { byte, sign, plain } = groups;
    bytes.push(
      byte === undefined
        ? Buffer.from(plain ?? signs[sign ?? ''] ?? sign?.toUpperCase() ?? '')
        : Buffer.from(byte, 'hex'),
    );
  }
  return Buffer.concat(bytes).toString('utf8');
}
