import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { type Bench, expectProblem } from './engine-bench.contract.ts';

/** Commands run inside a container. */
export function describeExec(bench: Bench): void {
  test('a command gives its output by stream, and its exit code', async () => {
    const id = await bench.start();
    const result = await bench.exec(id, { command: ['sh', '-c', 'echo out; echo err >&2; exit 7'] });
    expect(result).toEqual({ stdout: 'out\n', stderr: 'err\n', exitCode: 7 });
  });

  test('a command reads what it is sent, until its input is ended', async () => {
    const id = await bench.start();
    const session = await bench.engine.containers.exec(id, { command: ['cat'], tty: false, stdin: true });
    const sent = 'Grüße\n'.repeat(40_000);
    session.stdin?.end(sent);
    expect(await text(outputOf(session.output))).toBe(sent);
    expect(await session.exitCode()).toBe(0);
  });

  test('a command without input reads the end at once', async () => {
    const id = await bench.start();
    const session = await bench.engine.containers.exec(id, { command: ['cat'], tty: false, stdin: false });
    expect(session.stdin).toBeNull();
    expect(await text(outputOf(session.output))).toBe('');
    expect(await session.exitCode()).toBe(0);
  });

  test('a command sees the environment and the directory it was given', async () => {
    const id = await bench.start();
    const command = ['sh', '-c', 'echo "$BERTH in $PWD"'];
    const { stdout } = await bench.exec(id, { command, env: { BERTH: '7' }, workingDirectory: '/tmp' });
    expect(stdout).toBe('7 in /tmp\n');
  });

  test('a terminal is one raw stream that echoes, and can be resized', async () => {
    const id = await bench.start();
    const size = { columns: 91, rows: 33 };
    const session = await bench.engine.containers.exec(id, { command: ['cat'], tty: true, stdin: true, size });
    await session.resize({ columns: 100, rows: 40 });
    session.stdin?.write('ahoy\n');
    let output = '';
    for await (const { stream, data } of session.output) {
      expect(stream).toBe('stdout');
      output += data.toString();
      // End of file, as a terminal is told it.
      if (output === 'ahoy\r\nahoy\r\n') session.stdin?.write('\x04');
    }
    expect(output).toBe('ahoy\r\nahoy\r\n');
    expect(await session.exitCode()).toBe(0);
  });

  test('a command that is not there ends with a code that says so', async () => {
    const id = await bench.start();
    expect([126, 127]).toContain((await bench.exec(id, { command: ['no-such-command'] })).exitCode);
  });

  test('a destroyed session gives no more output', async () => {
    const id = await bench.start();
    const session = await bench.engine.containers.exec(id, {
      command: ['sh', '-c', 'echo on; sleep 60'],
      tty: false,
      stdin: false,
    });
    const seen: string[] = [];
    for await (const { data } of session.output) {
      seen.push(data.toString());
      session.destroy();
    }
    expect(seen).toEqual(['on\n']);
  });

  test('a container that does not run takes no command', async () => {
    await expectProblem(bench.exec(await bench.create(), { command: ['true'] }), 'engine-conflict');
    const { id } = await bench.run('exit 0');
    await expectProblem(bench.exec(id, { command: ['true'] }), 'engine-conflict');
  });
}

async function* outputOf(output: AsyncIterable<{ readonly data: Buffer }>): AsyncGenerator<Buffer> {
  for await (const { data } of output) yield data;
}
