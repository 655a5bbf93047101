import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeFlags, processEnvironment } from '../../packages/daemon/src/launch.ts';
import { obtainBuild } from '../../scripts/build/obtain-build.ts';
import { type RunningDaemon, startDaemon } from '../harness/daemon.ts';
import { describeWithEngine } from '../harness/with-engine.ts';

/** Says at its end which parts of Node the process has loaded. */
const TELL = `data:text/javascript,process.on('exit',()=>console.error('LOADED '+process.moduleLoadList.join()))`;

describe('docs/decisions/0007-small-at-idle.md', () => {
  test.each(['main.js', 'edge/edge-process.js'])(
    '%s loads neither the stripper of types nor the client of fetch',
    async (program) => {
      const words = ['--import', TELL, join(await obtainBuild(), program), '--nothing-like-it'];
      const { stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
      const [, loaded = ''] = stderr.split('LOADED ');
      // Both are whole when they say that they do not know the option.
      expect(loaded).toContain('http');
      expect(loaded).not.toMatch(/amaro|undici\/undici/);
    },
  );

  test('the build is ASCII: one other character would double what V8 keeps of it', async () => {
    const folder = await obtainBuild();
    const files = globSync('**/*.js', { cwd: folder });
    expect(files).toContain('edge/edge-process.js');
    expect(files.filter((file) => readFileSync(join(folder, file)).some((byte) => byte > 127))).toEqual([]);
  });
});

describeWithEngine('the processes of the product', (engineSocket) => {
  let daemon: RunningDaemon;

  beforeAll(async () => {
    daemon = await startDaemon({ engineSocket });
  });
  afterAll(() => daemon.stop());

  test('run with the flags and the environment that keep them small, and are', async () => {
    const words = readWords(daemon.pid, 'cmdline').slice(1);
    const program = join(await obtainBuild(), 'main.js');
    expect(words.slice(0, nodeFlags.length + 1)).toEqual([...nodeFlags, program]);
    const edgePid = (await daemon.findEdgePid()) ?? 0;
    const wanted = Object.entries(processEnvironment).map(([name, value]) => `${name}=${value}`);
    for (const pid of [daemon.pid, edgePid]) expect(readWords(pid, 'environ')).toEqual(expect.arrayContaining(wanted));
    // Half as much again as they hold; with the stripper it would be twice as much.
    expect(readOwnMb(edgePid)).toBeLessThan(22);
    expect(readOwnMb(daemon.pid)).toBeLessThan(50);
  });
});

/** Memory that is the process's alone, in MB: not the pages of its program. */
function readOwnMb(pid: number): number {
  return Number(/^Pss_Anon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]) / 1024;
}

function readWords(pid: number, file: 'cmdline' | 'environ'): readonly string[] {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
}
