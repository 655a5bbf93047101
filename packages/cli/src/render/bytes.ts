const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `0 B`, `1.5 KiB`, `512 MiB`: binary units, at most three digits and one decimal. */
export function renderBytes(bytes: number): string {
  let scaled = bytes;
  let unit = 0;
  while (Number(scaled.toFixed(scaled < 99.95 ? 1 : 0)) >= 1024 && unit < units.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  return `${Number(scaled.toFixed(unit === 0 || scaled >= 99.95 ? 0 : 1))} ${units[unit]}`;
}
