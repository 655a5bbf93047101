import type { CommandGroup } from '../command.ts';
import { importGenisysCommand } from './import-genisys.ts';
import { importHostedCommand } from './import-hosted.ts';
import { importSrcCommand } from './import-src.ts';
import { importSpawnerCommand } from './import-spawner.ts';

/** Brings over what the programs that Berth takes the place of have kept, one command each. */
export const importGroup: CommandGroup = {
  summary: 'Bring over what an older program has kept',
  commands: {
    genisys: importGenisysCommand,
    hosted: importHostedCommand,
    spawner: importSpawnerCommand,
    src: importSrcCommand,
  },
};
