import { flag, type OptionValues, text } from '../option.ts';

/** The options of every command, before its name or behind it. */
export const globalOptions = {
  json: flag('--json', 'Print one JSON document for programs, or one per line for streams.'),
  url: text('--url <address>', 'The daemon to talk to (default: BERTH_URL, the saved login, http://127.0.0.1:7070).'),
  token: text(
    '--token <token>',
    'The token to show it (default: BERTH_TOKEN, the saved login, admin.token of a daemon here).',
  ),
};

export type GlobalOptions = Partial<OptionValues<typeof globalOptions>>;
