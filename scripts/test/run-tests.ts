import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENGINE_TOOLS, installMissing, type Tool } from '../install-missing.ts';
import { countFailure, readResults, renderResults, type TestResults } from './test-results.ts';
import { openRunFolder, removeRunFolder, removeStaleRunFolders } from './run-folder.ts';
import { runTool } from './run-tool.ts';

const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const CHECK = fileURLToPath(new URL('../check.ts', import.meta.url));
/** A certificate authority and a name server; web servers to stand behind; clients that older documents name. */
const AUTHORITY = ['pebble', 'knotd', 'openssl'] as const satisfies readonly Tool[];
const FRONTS = ['nginx', 'nginx stream module', 'apache2', 'caddy', 'openssl'] as const satisfies readonly Tool[];
const CLIENTS = ['http'] as const satisfies readonly Tool[];

const results = await main();
const isSkipForbidden = process.env['CI'] !== undefined;
if (isSkipForbidden && results.skipped > 0) console.log('In CI a skipped test is a failure.');
console.log(renderResults(results));
process.exitCode = results.failed > 0 || (isSkipForbidden && results.skipped > 0) ? 1 : 0;

/** A check or a runner that fails counts as a failed test: the last line must not look like a success. */
async function main(): Promise<TestResults> {
  const refusal = setUp();
  setUpPeers();
  await removeStaleRunFolders();
  const folder = openRunFolder();
  const env = { ...process.env, TMPDIR: folder, ...(refusal === undefined ? {} : { ENGINE_REFUSAL: refusal }) };
  try {
    const hasPassedCheck = (await runTool([CHECK], env)) === 0;
    const tests = await runVitest(join(folder, 'results.json'), env);
    return hasPassedCheck ? tests : countFailure(tests);
  } finally {
    await removeRunFolder(folder);
  }
}

/** Why there can be no engine here: without all of its parts no test that needs one is begun. */
function setUp(): string | undefined {
  try {
    installMissing([...ENGINE_TOOLS, 'docker-registry', 'static busybox', 'openssl']);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Tests that need one of these are skipped without it, with a word of their own. */
function setUpPeers(): void {
  for (const tools of [AUTHORITY, FRONTS, CLIENTS]) install(tools);
}

function install(tools: readonly Tool[]): void {
  try {
    installMissing(tools);
  } catch (error) {
    console.warn(error instanceof Error ? error.message : error);
  }
}

/** What the person at the terminal reads comes from one reporter, what is counted from the other. */
async function runVitest(file: string, env: NodeJS.ProcessEnv): Promise<TestResults> {
  const words = [VITEST, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await runTool(words, env);
  const tests = readResults(file);
  const isSilent = tests.failed === 0 && (code !== 0 || tests.passed === 0);
  return isSilent ? countFailure(tests) : tests;
}
