/** What was packed or unpacked so far, and what was left out, with the reason. */
export interface Tally {
  files: number;
  bytes: number;
  readonly skipped: { readonly path: string; readonly reason: string }[];
}

export function newTally(): Tally {
  return { files: 0, bytes: 0, skipped: [] };
}
