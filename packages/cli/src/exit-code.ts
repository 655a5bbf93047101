/** What the exit code of `berth` says; `exec` gives that of its command instead. */
export const exitCode = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;
