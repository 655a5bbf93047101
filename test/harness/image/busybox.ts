import { readFileSync } from 'node:fs';
import { findStaticBusybox } from '../../../scripts/busybox.ts';
import type { TarEntry } from '../../../scripts/tar.ts';
import type { ImageSource, TestImage } from './source.ts';

type BusyboxImage = Exclude<TestImage, 'node'>;

const APPLETS = [
  'sh',
  'httpd',
  'nc',
  'sleep',
  'cat',
  'echo',
  'hostname',
  'env',
  'ls',
  'mkdir',
  'touch',
  'rm',
  'kill',
  'ps',
  'date',
  'printf',
  'wget',
  'tail',
  'dd',
  'yes',
  'sync',
];

/** `sh` as process 1 gets no default signal handling: without the trap every stop would last until the engine kills it. */
const LIVE = `trap 'exit 0' TERM INT; `;
/** The server runs in the background and the shell waits, so that the trap runs at once. A read-only container keeps the page of the image. */
const SERVE =
  'echo "version $VERSION host $(hostname)" 2>/dev/null >/www/index.html; httpd -f -p "${PORT:-8080}" -h /www & wait $!';
const FOREVER = 'while :; do sleep 3600 & wait $!; done';

const COMMANDS: Readonly<Record<BusyboxImage, string>> = {
  web: `${LIVE}${SERVE}`,
  slow: `${LIVE}sleep "\${DELAY:-3}" & wait $!; ${SERVE}`,
  silent: `${LIVE}echo silent; ${FOREVER}`,
  worker: `${LIVE}n=0; while :; do n=$((n+1)); echo "work $n"; sleep 1 & wait $!; done`,
  exit: 'echo "first words"; echo "last words" >&2; exit 3',
};

/** An image FROM scratch: the machine's static busybox, links to its applets, one command. */
export function describeBusyboxImage(image: BusyboxImage, version: number): ImageSource {
  const hasPort = image !== 'worker' && image !== 'exit';
  const command = JSON.stringify(['/bin/sh', '-c', COMMANDS[image]]);
  const lines = [
    'FROM scratch',
    'COPY root /',
    `ENV PATH=/bin VERSION=${version}`,
    hasPort ? 'EXPOSE 8080' : '',
    `CMD ${command}`,
  ];
  return { dockerfile: lines.filter(Boolean).join('\n'), files: [...listBase(), ...listPages(version)] };
}

function listBase(): TarEntry[] {
  const path = findStaticBusybox();
  if (path === undefined) throw new Error('The test images need a static busybox: install the package busybox-static.');
  const links = APPLETS.map((applet) => ({ path: `root/bin/${applet}`, linkTo: 'busybox' }));
  const folders = ['root', 'root/bin', 'root/tmp', 'root/www', 'root/www/cgi-bin'].map((folder) => ({ path: folder }));
  return [...folders, { path: 'root/bin/busybox', content: readFileSync(path), mode: 0o755 }, ...links];
}

/**
 * `/` and `/cgi-bin/who` say which version and container answer; `/cgi-bin/echo` gives the request back; `/cgi-bin/save` adds
 * what it gets to a file in `/save`, and gives back all of it.
 */
function listPages(version: number): TarEntry[] {
  return [
    { path: 'root/www/index.html', content: `version ${version}\n` },
    { path: 'root/www/cgi-bin/who', content: renderCgi('echo "version $VERSION host $(hostname)"'), mode: 0o755 },
    { path: 'root/www/cgi-bin/env', content: renderCgi('env'), mode: 0o755 },
    { path: 'root/www/cgi-bin/save', content: renderCgi('cat >>/save/kept; cat /save/kept'), mode: 0o755 },
    { path: 'root/www/cgi-bin/echo', content: renderCgi('echo "$REQUEST_METHOD $REQUEST_URI"; cat'), mode: 0o755 },
  ];
}

function renderCgi(command: string): string {
  return `#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\n${command}\n`;
}
