import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENGINE_TOOLS, installMissing } from '../install-missing.ts';
import { countFailure, readResults, renderResults, type TestResults } from './test-results.ts';
import { openRunFolder, removeRunFolder, removeStaleRunFolders } from './run-folder.ts';
import { runTool } from './run-tool.ts';

const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const CHECK = fileURLToPath(new URL('../check.ts', import.meta.url));

const results = await main();
const isSkipForbidden = process.env['CI'] !== undefined;
if (isSkipForbidden && results.skipped > 0) console.log('In CI a skipped test is a failure.');
console.log(renderResults(results));
process.exitCode = results.failed > 0 || (isSkipForbidden && results.skipped > 0) ? 1 : 0;

/** A check, a set-up or a runner that fails counts as a failed test: the last line must not look like a success. */
async function main(): Promise<TestResults> {
  const hasTools = setUp();
  await removeStaleRunFolders();
  const folder = openRunFolder();
  try {
    const hasPassedCheck = (await runTool([CHECK], folder)) === 0;
    const tests = await runVitest(folder);
    return [hasTools, hasPassedCheck].reduce((sum, isWell) => (isWell ? sum : countFailure(sum)), tests);
  } finally {
    await removeRunFolder(folder);
  }
}

/** Without the parts the tests that need them are skipped, in CI they fail. */
function setUp(): boolean {
  try {
    installMissing([...ENGINE_TOOLS, 'docker-registry', 'static busybox', 'openssl']);
    return true;
  } catch (error) {
    console.log(
      `Tests that need a Docker engine will be skipped. ${error instanceof Error ? error.message : String(error)}`,
    );
    return process.env['CI'] === undefined;
  }
}

/** What the person at the terminal reads comes from one reporter, what is counted from the other. */
async function runVitest(folder: string): Promise<TestResults> {
  const file = join(folder, 'results.json');
  const words = [VITEST, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await runTool(words, folder);
  const tests = readResults(file);
  const isSilent = tests.failed === 0 && (code !== 0 || tests.passed === 0);
  return isSilent ? countFailure(tests) : tests;
}
