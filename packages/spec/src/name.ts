import { z } from 'zod';

/** An app's name: one DNS label (RFC 1123), lower case, because it becomes a host name and a container name. */
export const AppName = z
  .string()
  .min(1)
  .max(50)
  .regex(
    /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/,
    'must be lower-case letters, digits and inner hyphens, at most 50 characters',
  )
  .meta({ id: 'AppName', description: 'One lower-case DNS label of at most 50 characters.' });

/** A user's name: letters, digits, `.`, `_`, `@` and `-`, never starting with a sign. */
export const UserName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9](?:[a-z0-9._@-]*[a-z0-9])?$/, 'must be lower-case letters, digits and inner . _ @ -')
  .meta({ id: 'UserName' });

/** The name of an engine, a registry credential or a volume. */
export const ShortName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/, 'must be lower-case letters, digits and inner _ -')
  .meta({ id: 'ShortName' });

const hostLabel = '(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)';

/** The source of a regular expression for host names, without the limit of their length. */
export const hostPattern = `${hostLabel}(?:\\.${hostLabel})*`;

const isNoAddress = (host: string): boolean => !/^(?:\*\.)?[0-9.]+$/.test(host);

/** A host name in lower case, at least one label; punycode for other scripts. A wildcard is not a host name. */
export const HostName = z
  .string()
  .min(1)
  .max(253)
  .regex(new RegExp(`^${hostPattern}$`), 'must be a lower-case host name such as app.example.org')
  .refine(isNoAddress, 'must be a host name, not an address')
  .meta({ id: 'HostName' });

/** Where a domain leads from: a host, or every name below one, which is never a whole top-level domain. */
export const DomainHost = z
  .string()
  .min(1)
  .max(253)
  .regex(
    new RegExp(`^(?:\\*\\.${hostLabel}\\.)?${hostPattern}$`),
    'must be a lower-case host name such as app.example.org, or *.example.org',
  )
  .refine(isNoAddress, 'must be a host name, not an address')
  .meta({ id: 'DomainHost', description: 'A host name, or `*.example.org` for every name below it.' });

const repositoryPart = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const hostName = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const portNumber = ':[0-9]{1,5}';
// What stands before the first slash is a registry only when it cannot be the start of a repository.
const registryHost = [
  `localhost(?:${portNumber})?`,
  `${hostName}(?:\\.${hostName})+(?:${portNumber})?`,
  `${hostName}${portNumber}`,
  `\\[[0-9a-fA-F:]+\\](?:${portNumber})?`,
].join('|');

/** An image reference `[registry/]repository[:tag][@sha256:digest]` (the distribution project's grammar). */
export const ImageReference = z
  .string()
  .min(1)
  .max(512)
  .regex(
    new RegExp(
      `^(?:(?:${registryHost})/)?${repositoryPart}(?:/${repositoryPart})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
    ),
    'must be an image reference such as registry.example.org/team/app:1.2',
  )
  .meta({ id: 'ImageReference' });

// eslint-disable-next-line no-control-regex -- refusing control characters is this pattern's purpose
const controlCharacter = /[\u0000-\u001f\u007f]/;

const absolutePath = z
  .string()
  .min(1)
  .max(1024)
  .refine((path) => path.startsWith('/'), 'must start with /')
  .refine((path) => !controlCharacter.test(path), 'must not hold control characters')
  .refine((path) => path === '/' || !path.slice(1).split('/').some(isPathTrick), 'must not hold empty, . or .. parts');

/** An absolute path inside a container below its root: no `..`, no empty parts, no control characters. */
export const ContainerPath = absolutePath
  .refine((path) => path !== '/', 'must not be the root')
  .meta({ id: 'ContainerPath', description: 'An absolute, normalised path inside the container.' });

/** Where files are copied from or to: a path inside a container, or its root. */
export const CopyPath = absolutePath.meta({
  id: 'CopyPath',
  description: 'An absolute, normalised path inside the container, or its root.',
});

/** A prefix of URL paths: `/` or `/a/b`, without a trailing slash, query or percent-encoding. */
export const PathPrefix = z
  .string()
  .max(256)
  .regex(/^\/(?:[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*)?$/, 'must be / or a path such as /tools/viewer')
  .refine((path) => !path.split('/').some((part) => part === '.' || part === '..'), 'must not hold . or .. parts')
  .meta({ id: 'PathPrefix' });

function isPathTrick(part: string): boolean {
  return part === '' || part === '.' || part === '..';
}
