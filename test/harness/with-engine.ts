import { describe, inject } from 'vitest';
import './global-setup.ts';

/**
 * A group of tests that need the shared engine, handed its socket. Where the machine allows no engine the group is
 * skipped; the set-up has said why.
 */
export function describeWithEngine(title: string, define: (socket: string) => void): void {
  const socket = inject('engineSocket');
  describe.skipIf(socket === '')(title, () => define(socket));
}
