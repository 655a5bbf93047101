import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../../../../test/harness/deadline.ts';
import { createCertificateFiles } from './certificate-files.ts';

let folder: string;
let files: ReturnType<typeof createCertificateFiles>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-files-'));
  const paths = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') };
  files = createCertificateFiles([paths], 20);
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

test('certificates are read as they are; what is missing is named', async () => {
  write('cert.pem', 'certificate');
  expect(await files.read()).toEqual([{ reason: expect.stringContaining(join(folder, 'key.pem')) as string }]);
  write('key.pem', 'key');
  expect(await files.read()).toEqual([{ certificatePem: 'certificate', keyPem: 'key' }]);
});

test.each([
  ['written over', () => write('key.pem', 'another key')],
  [
    'put in place of another',
    () => (write('new.pem', 'key!'), renameSync(join(folder, 'new.pem'), join(folder, 'key.pem'))),
  ],
  ['a link that is turned elsewhere', turnLink],
  ['taken away', () => rmSync(join(folder, 'key.pem'))],
])('a file that is %s is noticed', async (_, change) => {
  write('cert.pem', 'certificate');
  write('key.pem', 'key');
  write('old.pem', 'old key');
  rmSync(join(folder, 'key.pem'));
  symlinkSync(join(folder, 'old.pem'), join(folder, 'key.pem'));
  await files.read();
  let changes = 0;
  const stop = files.watch(() => (changes += 1));
  change();
  await waitFor(() => changes > 0, { deadlineMs: 10_000, what: 'a change' });
  await files.read();
  stop();
});

function turnLink(): void {
  write('turned.pem', 'a key elsewhere');
  symlinkSync(join(folder, 'turned.pem'), join(folder, 'link'));
  renameSync(join(folder, 'link'), join(folder, 'key.pem'));
}
