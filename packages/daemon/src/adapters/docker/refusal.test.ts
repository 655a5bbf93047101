import { expect, test } from 'vitest';
import { type Refusal, renderRefusal } from './refusal.ts';

/** Words as engines said them: 20.10.24 unless noted. */
const captured: readonly (readonly [string, Omit<Refusal, 'doing'>])[] = [
  ['instance-not-found', { status: 404, subject: 'container', message: 'No such container: nope' }],
  ['image-not-found', { status: 404, subject: 'image', message: 'No such image: nope:1' }],
  ['image-not-found', { status: 404, subject: 'image', message: 'no such image: nope:1: No such image: nope:1' }],
  ['volume-not-found', { status: 404, subject: 'volume', message: 'get nope: no such volume' }],
  [
    'file-not-found',
    { status: 404, subject: 'file', message: 'Could not find the file /tmp/nope in container 0d58a804' },
  ],
  ['instance-not-found', { status: 404, subject: 'file', message: 'No such container: nope' }],
  ['engine-failed', { status: 404, subject: 'container', message: 'network nonet not found' }],
  [
    'engine-conflict',
    {
      status: 409,
      subject: 'image',
      message:
        'Conflict. The container name "/p1" is already in use by container "e9d3". You have to remove (or rename) that container to be able to reuse that name.',
    },
  ],
  ['engine-conflict', { status: 500, subject: 'container', message: 'Container e9d3 is not paused' }],
  [
    'engine-conflict',
    { status: 409, subject: 'container', message: 'cannot start a paused container, try unpause instead' },
  ],
  [
    'engine-conflict',
    {
      status: 500,
      subject: 'container',
      message:
        'driver failed programming external connectivity on endpoint p2 (35c1): Bind for 0.0.0.0:80 failed: port is already allocated',
    },
  ],
  [
    'engine-conflict',
    {
      status: 500,
      subject: 'container',
      message:
        'driver failed programming external connectivity on endpoint p2 (35c1): Error starting userland proxy: listen tcp4 127.0.0.1:42507: bind: address already in use',
    },
  ],
  ['still-in-use', { status: 409, subject: 'volume', message: 'remove berth-v: volume is in use - [787038062d]' }],
  [
    'still-in-use',
    {
      status: 403,
      subject: 'network',
      message: 'error while removing network: network dupnet id 1e09 has active endpoints',
    },
  ],
  [
    'still-in-use',
    {
      status: 409,
      subject: 'image',
      message:
        'conflict: unable to remove repository reference "x:1" (must force) - container 1ab3 is using its referenced image 79554f2d0caa',
    },
  ],
  [
    'engine-disk-full',
    { status: 500, subject: 'container', message: 'mkdir /var/lib/docker/overlay2/94d4d1: no space left on device' },
  ],
  [
    'engine-disk-full',
    { subject: 'image', message: 'write /var/lib/docker/tmp/GetImageBlob0815: no space left on device' },
  ],
  [
    'engine-disk-full',
    {
      status: 500,
      subject: 'image',
      message:
        'failed to register layer: Error processing tar file(exit status 1): write /cargo: no space left on device',
    },
  ],
  [
    'engine-failed',
    {
      status: 400,
      subject: 'container',
      message:
        'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/nope": stat /nope: no such file or directory: unknown',
    },
  ],
  [
    'engine-failed',
    {
      status: 403,
      subject: 'network',
      message:
        'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
    },
  ],
  [
    'engine-failed',
    {
      status: 400,
      subject: 'image',
      message: 'Invalid container name (p 1), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
    },
  ],
  ['engine-failed', { status: 500, subject: 'engine', message: '' }],
];

test.each(captured)('%s: %o', (code, refusal) => {
  const problem = renderRefusal({ ...refusal, doing: 'The engine "local" could not do it' });
  expect(problem.code).toBe(code);
  expect(problem.message).toContain(`The engine "local" could not do it: ${refusal.message.trim()}`);
  expect(problem.message).toMatch(/\.$/);
});

test('what can be done is said at the end', () => {
  const problem = renderRefusal({ status: 500, subject: 'image', doing: 'x', message: 'no space left on device' });
  expect(problem.message).toBe(
    'x: no space left on device. Free disk space on the engine: remove unused images and volumes.',
  );
});
