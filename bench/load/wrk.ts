import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface WrkPlan {
  /** Where its script may be written. */
  readonly folder: string;
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** What is said as Host; several are said in turn, one for each request. */
  readonly hosts: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends a POST with a body of this size. */
  readonly bodyBytes?: number;
}

export interface WrkResult {
  readonly requests: number;
  /** What came back, heads included, and of answers that were not whole yet too. */
  readonly bytes: number;
  readonly seconds: number;
  /** Answers of another class than 2xx and 3xx. */
  readonly refused: number;
  /** Connections that were not made or broke, and answers that did not come. */
  readonly broken: number;
}

type Report = Omit<WrkResult, 'seconds'> & { readonly micros: number };

const run = promisify(execFile);
const PATIENCE_SECONDS = 60;

/** One thread of `wrk`; throws when an answer was not as it should be. */
export async function runWrk(plan: WrkPlan): Promise<WrkResult> {
  const result = await runWrkAnyway(plan);
  const { requests, bytes, refused, broken } = result;
  if (refused > 0 || broken > 0 || bytes === 0)
    throw new Error(`${plan.url}: ${requests} answers, ${refused} refusals and ${broken} broken connections.`);
  return result;
}

/** As `runWrk`, but says what went wrong in its result. */
export async function runWrkAnyway(plan: WrkPlan): Promise<WrkResult> {
  const { folder, url, connections, seconds } = plan;
  const script = join(folder, 'wrk.lua');
  writeFileSync(script, renderScript(plan));
  const size = ['-t1', `-c${connections}`, `-d${seconds}s`, `--timeout=${PATIENCE_SECONDS}s`];
  const { stdout } = await run('wrk', [...size, '-s', script, url]);
  const line = /^@(.*)$/m.exec(stdout)?.[1];
  if (line === undefined) throw new Error(`wrk said nothing of ${url}: ${stdout}`);
  const { micros, ...report } = JSON.parse(line) as Report;
  return { ...report, seconds: micros / 1e6 };
}

function renderScript(plan: WrkPlan): string {
  return `${plan.hosts.length === 1 ? renderOneRequest(plan) : renderRequests(plan)}
function done(summary)
  local e = summary.errors
  local broken = e.connect + e.read + e.write + e.timeout
  local form = '\\n@{"requests":%d,"bytes":%d,"micros":%d,"refused":%d,"broken":%d}\\n'
  io.write(string.format(form, summary.requests, summary.bytes, summary.duration, e.status, broken))
end
`;
}

/** Without a function for it, wrk sends the same bytes again, which costs it least. */
function renderOneRequest({ hosts, headers = {}, bodyBytes }: WrkPlan): string {
  const all = { Host: hosts[0] ?? '', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `wrk.headers["${name}"] = "${value}"`);
  const body = bodyBytes === undefined ? [] : ['wrk.method = "POST"', `wrk.body = string.rep("x", ${bodyBytes})`];
  return [...lines, ...body].join('\n');
}

/** All are made before the load begins. */
function renderRequests({ url, hosts }: WrkPlan): string {
  return `
local hosts = {${hosts.map((host) => `"${host}"`).join(',')}}
local requests, at = {}, 0
function init()
  for index, host in ipairs(hosts) do
    requests[index] = wrk.format("GET", "${new URL(url).pathname}", { ["Host"] = host })
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end`;
}
