import { getEdge, listRoutes } from '@berth/client/generated/sdk.gen';
import type { Edge } from '@berth/spec/edge';
import { defineCommand } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { usageFailure } from '../failure.ts';
import { one } from '../operand.ts';
import { choice, many, type OptionValues, value } from '../option.ts';
import { filePath } from '../parse/file-path.ts';
import { hostName } from '../parse/host-name.ts';
import { port } from '../parse/number.ts';
import { socketPlace } from '../parse/socket-place.ts';
import { type CertificateFiles, type FrontPlan, type FrontTls, publicUrlOf } from '../proxy-config/front-plan.ts';
import { renderApache } from '../proxy-config/render-apache.ts';
import { renderCaddy } from '../proxy-config/render-caddy.ts';
import { renderNginx } from '../proxy-config/render-nginx.ts';
import type { Session } from '../session.ts';

const renderers: Readonly<Record<string, (plan: FrontPlan) => string>> = {
  nginx: renderNginx,
  apache: renderApache,
  caddy: renderCaddy,
};

const options = {
  domains: many('--domain <host>', 'A host besides those of the apps; repeatable.', hostName),
  tls: choice(
    '--tls <off|terminate|pass>',
    'Who speaks TLS with visitors: nobody, that server, or Berth’s edge behind it (nginx alone can pass it through).',
    ['off', 'terminate', 'pass'],
  ),
  certificate: value('--certificate <file>', 'Its certificate with the issuers, PEM; means --tls terminate.', filePath),
  key: value('--key <file>', 'The key of that certificate.', filePath),
  apiHost: value('--api-host <host>', 'Serve /v1, too, at this host.', hostName),
  baseDomain: value('--base-domain <host>', 'With --edge: ask no daemon.', hostName),
  edge: value('--edge <address>', 'Where that server reaches the edge (default: as the edge says).', socketPlace),
  edgeHttps: value('--edge-https <address>', 'The same for https, which --tls pass needs.', socketPlace),
  httpPort: value('--http-port <port>', 'Where visitors come in by http (default: 80).', port),
  httpsPort: value('--https-port <port>', 'Where visitors come in by https (default: 443).', port),
};

type Options = OptionValues<typeof options>;

/** Prints the settings of another web server that stands in front. */
export const proxyConfigCommand = defineCommand({
  summary: 'Print the settings of an nginx, Apache or Caddy in front of Berth',
  description:
    'Berth needs no other server. This is for those who keep one: all hosts of apps go to the edge, with what visitors are owed: their true address, WebSockets, events without delay, bodies of any size.',
  operands: { server: one('nginx, apache or caddy.') },
  options,
  examples: [
    ['berth proxy-config nginx > /etc/nginx/conf.d/berth.conf', 'By http, for all hosts that lead to apps now'],
    ['berth proxy-config apache --certificate /etc/ssl/apps.pem --key /etc/ssl/apps.key', 'TLS ends at Apache'],
    ['berth proxy-config nginx --tls pass', 'Berth keeps its certificates; nginx passes connections on'],
    ['berth proxy-config caddy --base-domain apps.example.org --edge 10.0.0.5:8080', 'On a machine without Berth'],
  ],
  async run({ operands: { server }, options: given, session }) {
    const render = renderers[server];
    if (render === undefined) throw usageFailure(`The server must be one of nginx, apache, caddy, not "${server}"`);
    const tls = tlsOf(server, given);
    const instance = given.baseDomain !== undefined && given.edge !== undefined ? undefined : await read(session);
    const plan = await planOf(session, { given, tls, instance });
    const text = render(plan);
    session.output.print({ server, text }, () => text.trimEnd());
    if (instance !== undefined) for (const line of unfitSettings(instance.edge, plan)) session.output.note(line);
    return exitCode.ok;
  },
});

interface Instance {
  readonly edge: Edge;
  /** Hosts that lead to apps, and are not below the base domain. */
  readonly domains: readonly string[];
}

async function read(session: Session): Promise<Instance> {
  const edge = await session.ask((client) => getEdge({ client }));
  const { items } = await session.ask((client) => listRoutes({ client }));
  const isOwn = (host: string): boolean => host === '*' || host.endsWith(`.${edge.baseDomain}`);
  const hosts = new Set(items.map(({ host }) => host).filter((host) => !isOwn(host)));
  return { edge, domains: [...hosts].toSorted() };
}

function tlsOf(server: string, { tls, certificate: chain, key }: Options): FrontTls {
  if ((chain === undefined) !== (key === undefined))
    throw usageFailure('A certificate and its key go together', ['`--certificate chain.pem --key key.pem`']);
  const certificate = chain === undefined || key === undefined ? undefined : { chain, key };
  const kind = tls ?? (certificate === undefined ? 'off' : 'terminate');
  if (kind === 'terminate') return terminate(server, certificate);
  if (certificate !== undefined) throw usageFailure(`With --tls ${kind} the server shows no certificate of its own`);
  if (kind === 'pass' && server !== 'nginx')
    throw usageFailure(`${server} cannot pass TLS through`, ['`--tls terminate`, or nginx']);
  return { kind };
}

/** Caddy obtains its own. */
function terminate(server: string, certificate: CertificateFiles | undefined): FrontTls {
  if (certificate === undefined && server !== 'caddy')
    throw usageFailure('Which certificate?', ['`--certificate /path/chain.pem --key /path/key.pem`']);
  return { kind: 'terminate', certificate };
}

async function planOf(
  session: Session,
  { given, tls, instance }: { given: Options; tls: FrontTls; instance: Instance | undefined },
): Promise<FrontPlan> {
  const { apiHost, domains, httpPort = 80, httpsPort = 443 } = given;
  const baseDomain = given.baseDomain ?? instance?.edge.baseDomain;
  return {
    hosts: [...new Set([`*.${baseDomain}`, ...domains, ...(instance?.domains ?? [])])],
    edge: placesOf(given, tls, instance?.edge),
    api: apiHost === undefined ? undefined : { host: apiHost, address: await apiAddress(session) },
    tls,
    ports: { http: httpPort, https: httpsPort },
  };
}

function placesOf({ edge, edgeHttps }: Options, { kind }: FrontTls, instance: Edge | undefined): FrontPlan['edge'] {
  const http = edge ?? reachable(instance?.http[0]);
  const https = edgeHttps ?? reachable(instance?.https[0]);
  if (http === undefined) throw usageFailure('Where is the edge?', ['`--edge 127.0.0.1:8080`']);
  if (kind === 'pass' && https === undefined)
    throw usageFailure('The edge speaks no https', ['Set edge.https, or say `--edge-https 127.0.0.1:8443`']);
  return { http, https };
}

/** One that listens on every address is reached on this machine. */
function reachable(address: string | undefined): string | undefined {
  return address?.replace(/^(?:\[::\]|0\.0\.0\.0|):/, '127.0.0.1:');
}

async function apiAddress(session: Session): Promise<string> {
  const { url } = await session.place();
  const { hostname, port: number, protocol } = new URL(url);
  return `${hostname}:${number === '' ? (protocol === 'https:' ? 443 : 80) : number}`;
}

/** What of the edge's settings would make the file work badly, for the person who asked for it. */
function unfitSettings({ trustedProxies, proxyProtocol, publicUrl }: Edge, plan: FrontPlan): string[] {
  const wanted = publicUrlOf(plan);
  const isPublic = publicUrl.scheme === wanted.scheme && publicUrl.port === wanted.port;
  return [
    ...(trustedProxies.length === 0
      ? ['Berth trusts no server in front yet: it would see its address as every visitor’s.']
      : []),
    ...(proxyProtocol === (plan.tls.kind === 'pass')
      ? []
      : ['edge.proxyProtocol is otherwise now: no connection would be understood.']),
    ...(isPublic ? [] : [`Berth tells visitors ${publicUrl.scheme} on port ${publicUrl.port} now.`]),
  ].map((line) => `! ${line} See the settings at the top.`);
}
