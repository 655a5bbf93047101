import { getEdge, renewEdge } from '@berth/client/generated/sdk.gen';
import type { Edge } from '@berth/spec/edge';
import { type CommandGroup, defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { renderFields } from '../output/fields.ts';
import { renderDuration } from '../render/duration.ts';
import type { Session } from '../session.ts';

const showCommand = defineCommand({
  summary: 'See how the edge is, and where it listens',
  examples: [['berth edge', 'Since when, with how many connections']],
  async run({ session }) {
    const edge = await session.ask((client) => getEdge({ client }));
    session.output.print(edge, () => describe(session, edge));
    return exitCode.ok;
  },
});

const renewCommand = defineCommand({
  summary: 'Put a fresh process in the edge’s place',
  description: 'No connection is refused or reset; what is under way ends in the old one within 30 s.',
  examples: [['berth edge renew', 'After an upgrade of the machine’s libraries']],
  async run({ session }) {
    const edge = await session.ask((client) => renewEdge({ client }));
    session.output.print(edge, () => describe(session, edge));
    return exitCode.ok;
  },
});

/** The process that visitors' traffic goes through. */
export const edgeGroup: CommandGroup = {
  summary: 'See and renew the process that visitors’ traffic goes through',
  usual: 'show',
  commands: { show: showCommand, renew: renewCommand },
};

function describe({ output, world }: Session, edge: Edge): string {
  const { pid, version, since, connections, routes, http, https, baseDomain, trustedProxies, proxyProtocol } = edge;
  const fields = [
    ['Process', String(pid)],
    ['Up', renderDuration(world.now() - Date.parse(since))],
    ['Version', version],
    ['Connections', String(connections)],
    ['Routes', String(routes)],
    ['HTTP', http.join(', ')],
    ['HTTPS', https.join(', ')],
    ['Base domain', baseDomain],
    ['Trusts', trustedProxies.join(', ')],
    ['PROXY header', proxyProtocol ? 'required' : null],
  ] as const;
  return renderFields(fields, output.paint);
}
