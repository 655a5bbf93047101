import { Transform } from 'node:stream';

/** The API versions of Docker 29.0. */
export const VERSION = { current: '1.52', currentMinor: 52, minimum: '1.44', minimumMinor: 44 } as const;

type Json = Record<string, unknown>;

/** Gone from `NetworkSettings` with 1.52: a container's address stands under its networks only. */
const GONE_ADDRESSES = [
  'Bridge',
  'HairpinMode',
  'LinkLocalIPv6Address',
  'LinkLocalIPv6PrefixLen',
  'SecondaryIPAddresses',
  'SecondaryIPv6Addresses',
  'EndpointID',
  'Gateway',
  'GlobalIPv6Address',
  'GlobalIPv6PrefixLen',
  'IPAddress',
  'IPPrefixLen',
  'IPv6Gateway',
  'MacAddress',
];
/** Gone from events with 1.52. */
const GONE_EVENT_FIELDS = ['status', 'id', 'from'];
/** Gone from an image's `Config`: the first with 1.50, the others, when empty, with 1.52. */
const GONE_CONFIG_FIELDS = [
  'Hostname',
  'Domainname',
  'AttachStdin',
  'AttachStdout',
  'AttachStderr',
  'Tty',
  'OpenStdin',
  'StdinOnce',
  'Image',
];

/** What has to happen to an answer of the real engine (moby's API version history); undefined when it may pass as it is. */
export function findRewriter(url: string, status: number): Transform | undefined {
  const [, minor = VERSION.currentMinor, path = ''] = /^(?:\/v1\.(\d+))?(\/[^?]*)/.exec(url) ?? [];
  if (status !== 200) return undefined;
  if (path === '/version') return rewriteWhole(sayVersion);
  if (Number(minor) < 52) return undefined;
  if (path === '/events') return rewriteLines((event) => omit(event, GONE_EVENT_FIELDS));
  if (/^\/containers\/[^/]+\/json$/.test(path)) return rewriteWhole(leaveOutAddresses);
  if (/^\/images\/.+\/json$/.test(path)) return rewriteWhole(leaveOutEmptyConfig);
  return undefined;
}

function sayVersion({ Components: _parts, ...version }: Json): Json {
  return { ...version, Version: '29.0.0', ApiVersion: VERSION.current, MinAPIVersion: VERSION.minimum };
}

function leaveOutAddresses(container: Json): Json {
  return { ...container, NetworkSettings: omit(container.NetworkSettings as Json, GONE_ADDRESSES) };
}

function leaveOutEmptyConfig(image: Json): Json {
  const config = Object.entries(omit(image.Config as Json, GONE_CONFIG_FIELDS));
  return { ...image, Config: Object.fromEntries(config.filter(([, value]) => value !== null && value !== '')) };
}

function omit(object: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function rewriteWhole(rewrite: (object: Json) => Json): Transform {
  const parts: Buffer[] = [];
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      parts.push(part);
      done();
    },
    flush(done) {
      done(null, JSON.stringify(rewrite(JSON.parse(Buffer.concat(parts).toString()) as Json)));
    },
  });
}

/** Each line is one object; a line may come in pieces. */
function rewriteLines(rewrite: (object: Json) => Json): Transform {
  let pending = '';
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      const lines = `${pending}${part.toString()}`.split('\n');
      pending = lines.pop() ?? '';
      const whole = lines
        .filter((line) => line !== '')
        .map((line) => JSON.stringify(rewrite(JSON.parse(line) as Json)));
      done(null, whole.map((line) => `${line}\n`).join(''));
    },
  });
}
