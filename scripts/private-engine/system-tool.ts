import { execFileSync } from 'node:child_process';

/** A root shell opened by `su` has no `sbin` in its path, where the tools of the system are. */
export const SYSTEM_ENVIRONMENT: NodeJS.ProcessEnv = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

/** What the tool printed; throws with its complaint when it failed. */
export function runSystemTool(name: string, args: readonly string[]): string {
  return execFileSync(name, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: SYSTEM_ENVIRONMENT });
}
