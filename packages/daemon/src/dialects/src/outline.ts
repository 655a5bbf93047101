import { endpoints } from './endpoint-table.ts';

/** What there is, for people. */
export function renderOutline(): string {
  const lines = Object.entries(endpoints).map(([name, { method, mode, parameters }]) =>
    [method.padEnd(4), `/<facility>/${name}`.padEnd(31), modeText[mode].padEnd(5), parameters].join('  ').trimEnd(),
  );
  return [...beginning, ...lines, ...ending, ''].join('\n');
}

const modeText = { solo: 'solo', swarm: 'swarm', both: 'both' } as const;

const beginning = ['SRC Container API, spoken by Berth', '', 'Method, path, mode, parameters of the query:', ''];
const ending = [
  '',
  'The facility is the name of an engine; demo is the default one.',
  'An app is called <image>--<user>. Several names, parted by commas, are one call for all of them.',
];
