import { renderDigits } from './decimal.ts';

const decimalUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'];

/** `1.98MB`: in powers of 1000, to three digits unless said. */
export function renderSize(sizeBytes: number, digits = 3): string {
  return renderScaled(sizeBytes, { base: 1000, units: decimalUnits, digits });
}

/** `23.54GiB`: in powers of 1024, to four digits. */
export function renderBinarySize(sizeBytes: number): string {
  return renderScaled(sizeBytes, { base: 1024, units: binaryUnits, digits: 4 });
}

interface Scale {
  readonly base: number;
  readonly units: readonly string[];
  readonly digits: number;
}

function renderScaled(sizeBytes: number, { base, units, digits }: Scale): string {
  let [size, power] = [sizeBytes, 0];
  for (; size >= base && power < units.length - 1; power += 1) size /= base;
  return `${renderDigits(size, digits)}${units[power]}`;
}
