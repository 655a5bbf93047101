import { listProcesses } from './processes.ts';
import { listPlaces } from './state.ts';

/** The Docker engines on this machine that are not of the folder: of each the data folder it was given, or undefined. */
export function listOtherEngines(folder: string): readonly (string | undefined)[] {
  const { data } = listPlaces(folder);
  const engines = listProcesses().filter(({ name, argv }) => name === 'dockerd' && !argv.includes(data));
  return engines.map(({ argv }) => argv.find((_, index) => argv[index - 1] === '--data-root'));
}
