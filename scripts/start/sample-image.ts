import { readFileSync } from 'node:fs';
import { noteBrought } from '../brought.ts';
import { findStaticBusybox } from '../busybox.ts';
import { callEngine } from '../engine-call.ts';
import { installMissing } from '../install-missing.ts';
import { packTar, type TarEntry } from '../tar.ts';

export const SAMPLE_IMAGE = 'berth/hello:1';

const PAGE = new URL('./sample/index.html', import.meta.url);

/** What a web server needs: it has no state, so it may be killed as soon as its requests are served. */
const SERVER = ['EXPOSE 8080', 'USER 65534:65534', 'STOPSIGNAL SIGKILL'];
const COMMAND = 'CMD ["/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/www"]';

/** Builds the sample in the engine: of this machine's busybox, without any registry, where there is one. */
export async function buildSampleImage(engine: string): Promise<void> {
  noteBrought({ kind: 'image', engine, name: SAMPLE_IMAGE });
  const page: TarEntry = { path: 'www/index.html', content: readFileSync(PAGE) };
  const busybox = findBusybox();
  const entries =
    busybox === undefined ? [page] : [page, { path: 'busybox', content: readFileSync(busybox), mode: 0o755 }];
  const base = busybox === undefined ? ['FROM busybox:stable'] : ['FROM scratch', 'COPY busybox /bin/busybox'];
  const dockerfile = [...base, 'COPY www /www', ...SERVER, COMMAND].join('\n');
  const body = packTar([{ path: 'Dockerfile', content: dockerfile }, { path: 'www' }, ...entries]);
  const headers = { 'content-type': 'application/x-tar' };
  const { status, text } = await callEngine(engine, `POST /build?t=${SAMPLE_IMAGE}&forcerm=1`, { body, headers });
  // A build fails inside an answer of 200.
  if (status !== 200 || text.includes('"errorDetail"'))
    throw new Error(`The sample image could not be built: ${text.trim()}`);
}

/** Where none is there and none may be installed, the engine pulls one. */
function findBusybox(): string | undefined {
  try {
    installMissing(['static busybox']);
  } catch {
    console.log('Berth: no static busybox here; the sample is built on the image busybox instead.');
  }
  return findStaticBusybox();
}
