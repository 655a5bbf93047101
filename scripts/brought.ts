import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Something `npm start` or `npm test` brought to the machine; `npm run remove` takes it away. */
export type Brought =
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'service'; readonly name: string }
  | { readonly kind: 'engine'; readonly folder: string }
  | { readonly kind: 'image'; readonly engine: string; readonly name: string }
  /** What the daemon made in an engine carries the label `berth.site=<site>`. */
  | { readonly kind: 'site'; readonly engine: string; readonly site: string };

/** The data folder of `npm start`. */
export const BERTH_FOLDER = fileURLToPath(new URL('../.berth', import.meta.url));

const RECORD = join(BERTH_FOLDER, 'brought.jsonl');

/** Makes the folder, which keeps itself out of version control. */
export function prepareFolder(): void {
  mkdirSync(BERTH_FOLDER, { recursive: true, mode: 0o700 });
  writeFileSync(join(BERTH_FOLDER, '.gitignore'), '*\n');
}

/** In the order in which it came. One line each, appended: a crash loses none. */
export function listBrought(): readonly Brought[] {
  if (!existsSync(RECORD)) return [];
  const lines = readFileSync(RECORD, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Brought);
}

/** Writes it down before it is made; a second time does nothing. */
export function noteBrought(brought: Brought): void {
  const line = JSON.stringify(brought);
  if (listBrought().some((known) => JSON.stringify(known) === line)) return;
  prepareFolder();
  appendFileSync(RECORD, `${line}\n`);
}
