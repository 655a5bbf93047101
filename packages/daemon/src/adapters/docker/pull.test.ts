import { expect, test } from 'vitest';
import { parseImageReference } from './image-reference.ts';
import { createPullProgress } from './pull-progress.ts';
import { renderPullProblem } from './pull.ts';
import { renderRefusal } from './refusal.ts';
import { renderRegistryAuth } from './registry-auth.ts';

/** Words as engines and registries said them. */
const captured: readonly (readonly [string, number | undefined, string])[] = [
  ['image-not-found', 404, 'manifest for 127.0.0.1:36019/team/worker:2 not found: manifest unknown: manifest unknown'],
  ['image-not-found', 404, 'name unknown: repository name not known to registry'],
  ['image-refused', 500, 'Head "http://127.0.0.1:44595/v2/team/worker/manifests/1": no basic auth credentials'],
  ['image-refused', 500, 'unauthorized: authentication required'],
  [
    'image-refused',
    404,
    "pull access denied for team/x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
  ],
  ['image-refused', undefined, 'unauthorized: incorrect username or password'],
  ['registry-unreachable', 500, 'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused'],
  [
    'registry-unreachable',
    500,
    'Get "https://nowhere.invalid/v2/": dial tcp: lookup nowhere.invalid on 192.0.2.53:53: no such host',
  ],
  [
    'registry-unreachable',
    500,
    'Get "https://192.0.2.1/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
  ],
  ['registry-unreachable', 500, 'Get "https://10.201.0.1:36019/v2/": http: server gave HTTP response to HTTPS client'],
  ['registry-unreachable', 500, 'Get "https://registry.test/v2/": x509: certificate signed by unknown authority'],
  ['registry-unreachable', undefined, 'unexpected EOF'],
  ['engine-disk-full', undefined, 'write /var/lib/docker/tmp/GetImageBlob0815: no space left on device'],
  ['engine-failed', 400, 'invalid reference format: repository name must be lowercase'],
];

test.each(captured)('%s: %s %s', (code, status, message) => {
  const refusal = renderRefusal({ message, subject: 'image', doing: 'x', ...(status !== undefined && { status }) });
  expect(renderPullProblem(refusal)).toMatchObject({ code, message: expect.stringContaining(message) });
});

test.each([
  ['web', 'web', 'latest'],
  ['team/web:1.2', 'team/web', '1.2'],
  ['localhost:5000/web', 'localhost:5000/web', 'latest'],
  ['registry.test:5000/team/web:1', 'registry.test:5000/team/web', '1'],
  ['registry.test/web@sha256:abc', 'registry.test/web', 'sha256:abc'],
  ['registry.test/web:1@sha256:abc', 'registry.test/web', 'sha256:abc'],
])('%s names one image, never all tags of a repository', (reference, repository, tag) => {
  expect(parseImageReference(reference)).toEqual({ repository, tag });
});

test('a credential goes to the engine as padded base64url, and none as no header', () => {
  const { 'x-registry-auth': header = '' } = renderRegistryAuth({
    registry: 'registry.test',
    username: 'ü?>',
    password: 'ÿþ~~',
  });
  expect(header).toMatch(/^[\w-]+={0,2}$/);
  expect(header.length % 4).toBe(0);
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
    username: 'ü?>',
    password: 'ÿþ~~',
    serveraddress: 'registry.test',
  });
  expect(renderRegistryAuth(undefined)).toEqual({});
});

test('progress adds up layers, counts downloads once and never goes back', () => {
  const advance = createPullProgress();
  const lines = [
    { status: 'Pulling from team/web', id: 'latest' },
    { status: 'Pulling fs layer', id: 'a' },
    { status: 'Already exists', id: 'b' },
    { status: 'Downloading', id: 'a', progressDetail: { current: 30, total: 100 } },
    { status: 'Download complete', id: 'a' },
    { status: 'Extracting', id: 'a', progressDetail: { current: 10, total: 100 } },
    { status: 'Pull complete', id: 'a' },
    { status: 'Status: Downloaded newer image for team/web:latest' },
  ];
  const seen = lines.map((line) => advance(line));
  expect(
    seen.map(({ currentBytes, totalBytes, layersDone, layers }) => [currentBytes, totalBytes, layersDone, layers]),
  ).toEqual([
    [0, 0, 0, 0],
    [0, 0, 0, 1],
    [0, 0, 1, 2],
    [30, 100, 1, 2],
    [100, 100, 1, 2],
    [100, 100, 1, 2],
    [100, 100, 2, 2],
    [100, 100, 2, 2],
  ]);
  expect(seen.at(-1)?.status).toBe('Status: Downloaded newer image for team/web:latest');
});
