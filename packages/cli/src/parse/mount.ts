import type { VolumeMount } from '@berth/spec/app-spec';
import { size } from './size.ts';

/** `name:/path` or `name:/path:ro`. */
export const volume = {
  expects: 'name:/path or name:/path:ro',
  parse(text: string): VolumeMount | undefined {
    const [name = '', path = '', mode, ...more] = text.split(':');
    const isMode = mode === undefined || mode === 'ro' || mode === 'rw';
    if (name === '' || !path.startsWith('/') || !isMode || more.length > 0) return undefined;
    return { name, path, readOnly: mode === 'ro' };
  },
};

/** A file of this machine that every instance gets. */
export interface FileSource {
  readonly localPath: string;
  readonly path: string;
  readonly mode?: string;
}

/** `local:/path` or `local:/path:0600`; the path inside is behind the last `:/`. */
export const fileSource = {
  expects: 'local:/path or local:/path:0600',
  parse(text: string): FileSource | undefined {
    const [, localPath, path, mode] = /^(.+):(\/[^:]+)(?::(0?[0-7]{3}))?$/.exec(text) ?? [];
    if (localPath === undefined || path === undefined) return undefined;
    return { localPath, path, ...(mode === undefined ? {} : { mode }) };
  },
};

/** A folder in memory. */
export const tmpfs = {
  expects: '/path or /path:64m',
  parse(text: string): { readonly path: string; readonly sizeBytes?: number } | undefined {
    const [path = '', sizeText, ...more] = text.split(':');
    if (!path.startsWith('/') || more.length > 0) return undefined;
    if (sizeText === undefined) return { path };
    const sizeBytes = size.parse(sizeText);
    return sizeBytes === undefined ? undefined : { path, sizeBytes };
  },
};
