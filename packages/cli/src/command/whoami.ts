import { getCaller } from '@berth/client/generated/sdk.gen';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { renderFields } from '../output/fields.ts';

/** Says who the token belongs to, and where it came from. */
export const whoamiCommand = defineCommand({
  summary: 'Show who you are, where, and what your token allows',
  examples: [['berth whoami', 'Which daemon, which user, which scopes']],
  async run({ session }) {
    const { place } = await session.daemon();
    const caller = await session.ask((client) => getCaller({ client }));
    const { output } = session;
    const { url, urlSource, tokenSource } = place;
    output.print({ ...caller, url, urlSource, tokenSource }, () =>
      renderFields(
        [
          ['User', output.paint('strong', caller.user)],
          ['Role', caller.role],
          ['Scopes', caller.scopes.join(', ')],
          ['Daemon', `${output.paint('link', url)} (from ${urlSource})`],
          ['Token', `from ${tokenSource ?? 'nowhere'}`],
        ],
        output.paint,
      ),
    );
    return exitCode.ok;
  },
});
