import type { RunningDaemon } from './running-daemon.ts';

const USUAL_URL = 'http://127.0.0.1:7070';

/** What the user reads once Berth serves. */
export function renderWelcome(
  apiUrl: string,
  app: { readonly name: string; readonly url: string | null } | undefined,
): string {
  const rows = [
    ...(app === undefined || app.url === null ? [] : [[app.url, `the app ${app.name}`]]),
    [`${apiUrl}/docs`, 'the API and its documentation'],
    ['.berth/admin.token', "the administrator's token"],
    ['.berth/daemon.log', 'what the daemon has to say'],
  ];
  const width = Math.max(...rows.map(([place = '']) => place.length));
  return `
Berth is up.

${rows.map(([place = '', what = '']) => `  ${place.padEnd(width)}   ${what}`).join('\n')}

Deploy an image of your own, one way or the other:

  curl -X PUT '${apiUrl}/v1/apps/web?wait=60s' -H "Authorization: Bearer $(cat .berth/admin.token)" \\
    -H 'Content-Type: application/json' -d '{"image":"nginx:alpine"}'

  npx berth deploy web --image nginx:alpine${apiUrl === USUAL_URL ? '' : ` --url ${apiUrl}`}

Ctrl-C ends Berth; apps keep running.
`;
}

/** The answer to a second `npm start`. */
export function renderAlreadyRunning({ apiUrl, pid }: RunningDaemon): string {
  return `Berth is running already: ${apiUrl}/docs (process ${pid}). Ctrl-C where it was started, or \`kill -INT ${pid}\`, ends it.`;
}

/** The last words after Ctrl-C. */
export function renderEnd(): string {
  return `
Berth has ended. Apps keep running, and get their addresses back with the next \`npm start\`.
\`npm run remove\` removes all that \`npm start\` brought to this machine.`;
}
