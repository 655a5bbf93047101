import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';

/** Says which berth this is. */
export const versionCommand = defineCommand({
  summary: 'Print the version of berth, and of the Node that runs it',
  examples: [['berth version --json', 'For a program']],
  async run({ session: { output, world } }) {
    const { version } = world;
    const node = process.versions.node;
    output.print({ version, node }, () => `berth ${version} (Node ${node})`);
    return exitCode.ok;
  },
});
