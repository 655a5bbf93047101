const DOWNWARDS =
  'imports go downwards only and sisters do not see each other, so that a room can be read, tested and replaced alone';

const REASONS: ReadonlyMap<string, string> = new Map([
  ['spec', 'spec is what everybody may say, in a browser too: it carries schemas and nothing that acts'],
  [
    'client',
    'the client runs wherever its user does, in a browser too: it knows the contract and the platform’s fetch',
  ],
  ['cli', 'the command line has no powers of its own: whatever it can do, the API can do'],
  [
    'daemon/core',
    'core decides and does not do: without files, sockets, clocks, chance and frameworks its tests are literals and its answers repeat',
  ],
  ['daemon/ports', 'a port says what is needed, never how: one name of a technique and there is only one true adapter'],
  [
    'daemon/use-cases',
    'a verb must mean the same over HTTP, a dialect and a test: it reaches the world through ports, which compose.ts hands it',
  ],
  [
    'daemon/reconcile',
    'the loop is tested against the engine in memory: whatever it does to the world goes through a port',
  ],
  [
    'daemon/edge',
    'the edge outlives the control plane: what it imports from there would stop the traffic when that stops, and cost it memory',
  ],
  [
    'daemon/adapters',
    'an adapter translates one technique into one port: what it knew of another would tie both together',
  ],
  ['daemon/http', 'HTTP translates onto use-cases: past them it would go past the one place that authorises'],
  ['daemon/dialects', 'a dialect translates onto use-cases: past them it would go past the one place that authorises'],
  ['daemon/config', 'settings are handed down as values: they know nothing of those who read them'],
]);

/** Says why the room may not import what its row of the table leaves out. */
export function whyNot(room: string): string {
  const [, own] = [...REASONS].find(([name]) => room === name || room.startsWith(`${name}/`)) ?? [];
  return `${own ?? DOWNWARDS}. If the need is true, change the table in ARCHITECTURE.md and say why in the commit.`;
}
