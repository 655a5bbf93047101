import type { ProblemCode } from '@berth/spec/problem';
import type { ProblemDocument } from '@berth/spec/problem-document';
import { isLoopback } from './base-url.ts';
import type { DaemonPlace } from './find-daemon.ts';

type NextStep = (document: ProblemDocument, place: DaemonPlace) => readonly string[];

const byCode: Readonly<Partial<Record<ProblemCode, NextStep>>> = {
  unauthenticated: (_document, place) => loginSteps(place),
  forbidden: () => ['`berth whoami` shows what your token allows.'],
  'app-not-found': () => ['`berth ls` lists your apps.'],
  'release-not-found': ({ app }) => [`\`berth releases ${app ?? 'APP'}\` lists the releases.`],
  'instance-not-found': ({ app }) => [`\`berth status ${app ?? 'APP'}\` lists the instances.`],
  'operation-not-found': () => ['`berth ops` lists operations.'],
  'domain-not-found': ({ app }) => [`\`berth domains ls ${app ?? 'APP'}\` lists the domains.`],
  'credential-not-found': () => ['`berth credentials` lists yours.'],
  'token-not-found': () => ['`berth tokens` lists yours.'],
  'user-not-found': () => ['`berth users` lists them.'],
  'engine-not-found': () => ['`berth engines` lists them.'],
  'engine-unreachable': () => ['`berth engines` shows how the engines are.'],
  'operation-in-progress': ({ operation }) =>
    operation === undefined ? [] : [`\`berth ops follow ${operation}\` waits for it.`],
  'image-refused': () => ['A private image needs `berth credentials add` and --registry-credential.'],
  internal: ({ incident }) => (incident === undefined ? [] : [`The daemon's log tells more beside ${incident}.`]),
};

/** What somebody at a command line does next about a problem that the daemon described. */
export function nextSteps(document: ProblemDocument, place: DaemonPlace): readonly string[] {
  return byCode[document.code]?.(document, place) ?? [];
}

function loginSteps({ url, tokenSource, lockedTokenFile }: DaemonPlace): readonly string[] {
  const where = isLoopback(url) ? ' The first one is in `admin.token` in the data folder of the daemon.' : '';
  return [
    ...(tokenSource === undefined ? [] : [`The token comes from ${tokenSource}.`]),
    ...(lockedTokenFile === undefined ? [] : [`${lockedTokenFile} is there, but you cannot read it.`]),
    `Log in with \`berth login ${url}\`, or give a token with BERTH_TOKEN or --token.${where}`,
  ];
}
