import { getCaller } from '@berth/client/generated/sdk.gen';
import { defineCommand } from '../command.ts';
import { defaultUrl, parseBaseUrl } from '../connection/base-url.ts';
import { configPath, removeLogin, writeLogin } from '../connection/config-file.ts';
import { Daemon } from '../connection/daemon.ts';
import { exitCode } from '../exit-code.ts';
import { usageFailure } from '../failure.ts';
import { perhaps } from '../operand.ts';
import { readSecret } from '../output/prompt.ts';
import type { Session } from '../session.ts';

/** Keeps an address and a token for all later commands. */
export const loginCommand = defineCommand({
  summary: 'Keep the address of a daemon and your token for it',
  description:
    'The token is asked for, or read from standard input. It is kept in a file that only you can read, once the daemon has taken it.',
  operands: { address: perhaps(`The daemon (default: ${defaultUrl}).`) },
  examples: [
    ['berth login https://berth.example.org', 'Asks for the token'],
    ['berth login https://berth.example.org < berth.token', 'Reads it from a file'],
  ],
  async run({ operands, session }) {
    const place = await session.place();
    const url = operands.address === undefined ? place.url : parseBaseUrl(operands.address, 'The address');
    const isGiven = place.tokenSource === '--token' || place.tokenSource === 'BERTH_TOKEN';
    const token =
      isGiven && place.token !== undefined ? place.token : await readSecret(session.world, `Token for ${url}`);
    if (token === '') throw usageFailure('There is no token', ['Type it when you are asked, or pipe it in.']);
    const given = { ...place, url, urlSource: 'this command', token, tokenSource: 'this command' };
    const daemon = new Daemon(given, { fetch: session.world.fetch, signal: session.signal });
    const caller = await daemon.ask((client) => getCaller({ client }));
    const file = configPath(session.world);
    await writeLogin(file, { url, token });
    const { output } = session;
    output.print(
      { url, ...caller, file },
      () => `${output.paint('good', '✔')} You are ${output.paint('strong', caller.user)} at ${url}`,
    );
    output.note(`${output.notePaint('dim', '→')} It is kept in ${file}; \`berth logout\` forgets it.`);
    return exitCode.ok;
  },
});

/** Forgets what `login` kept. */
export const logoutCommand = defineCommand({
  summary: 'Forget the address and the token that `berth login` kept',
  description: 'The token itself goes on to be good; `berth tokens rm` revokes it.',
  examples: [['berth logout', 'Nothing is asked of the daemon']],
  async run({ session }: { session: Session }) {
    const file = configPath(session.world);
    await removeLogin(file);
    session.output.print({ file }, () => `${file} is gone`);
    return exitCode.ok;
  },
});
