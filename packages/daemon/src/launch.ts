/** What Node is told when it runs the daemon or the edge: docs/decisions/0007-small-at-idle.md has the figures. */
export const nodeFlags: readonly string[] = ['--max-semi-space-size=1'];

/** What the C library is told: without it each thread keeps memory of its own that it seldom gives back. */
export const processEnvironment: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };
