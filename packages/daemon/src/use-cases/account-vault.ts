import type { AccountVault } from '../ports/certificate-authority.ts';
import type { Ledger } from './ledger.ts';

/** The account’s place in the store, by the URL of the authority’s directory. */
export function createAccountVault(ledger: Ledger, directory: string): AccountVault {
  return {
    find: () => ledger.books.authorities.get(directory)?.account ?? undefined,
    keep: (account) =>
      ledger.write((books) => {
        const known = books.authorities.get(directory) ?? { directory, attempts: [], heldUntil: 0 };
        return { changes: [{ kind: 'authority.put', authority: { ...known, account } }], result: undefined };
      }),
  };
}
