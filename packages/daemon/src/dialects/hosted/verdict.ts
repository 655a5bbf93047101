/** What this API answers with 200, whether it was done or not. */
export type Verdict = { readonly success: true } | { readonly success: false; readonly reason: string };

export const success: Verdict = { success: true };

export const reasons = {
  unknown: "That container doesn't exist.",
  notRunning: "That container doesn't exist, or is not running.",
  alreadyRunning: 'That container is already running.',
  bound: (app: string) => `That domain is already bound to ${app}. Use 'force=True' to overwrite.`,
} as const;

export function refused(reason: string): Verdict {
  return { success: false, reason };
}
