import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEdge } from '../../../packages/daemon/src/adapters/edge-process/open-edge.ts';
import type { EdgeCertificate } from '../../../packages/daemon/src/core/edge-certificate.ts';
import type { EdgeRoute } from '../../../packages/daemon/src/core/route-table.ts';
import { obtainBuild } from '../../../scripts/build/obtain-build.ts';
import { guardProcess } from '../../../test/harness/guardian.ts';
import { pin } from '../../measure/affinity.ts';
import { putFirst } from '../../measure/precedence.ts';
import type { CertificateFiles } from './certificate.ts';
import { type Contestant, listChildren, type Wiring } from './contestant.ts';

/** All visitors of a benchmark come from one address. */
const ANY_NUMBER = { total: 20_000, perAddress: 20_000 };

export interface BerthContestant extends Contestant {
  /** Requests and WebSockets, as the edge itself counts them. */
  countUnderWay(): Promise<number>;
}

/** The edge as the daemon has it: a process of its own that runs from the build, started and fed by the adapter. */
export async function startBerth(wiring: Wiring): Promise<BerthContestant> {
  const { folder, core, hosts, backendPort, certificate } = wiring;
  const edge = await openEdge({
    program: join(await obtainBuild(), 'edge/edge-process.js'),
    http: ['127.0.0.1:0'],
    ...(certificate === undefined ? {} : { https: ['127.0.0.1:0'] }),
    connections: ANY_NUMBER,
    controlSocket: join(folder, 'edge.sock'),
    stateFile: join(folder, 'routes.json'),
    logFile: join(folder, 'edge.log'),
  });
  guardProcess(edge.pid);
  pin(edge.pid, core);
  putFirst(edge.pid);
  await edge.replace(hosts.map((host) => describeRoute(host, backendPort)));
  if (certificate !== undefined) await edge.putCertificates([readCertificate(hosts, certificate)]);
  return {
    name: 'Berth',
    port: portOf(edge.addresses),
    tlsPort: certificate === undefined ? 0 : portOf(edge.secureAddresses),
    listPids: () => [edge.pid, ...listChildren(edge.pid)],
    addHost: (host) => edge.apply({ put: [describeRoute(host, backendPort)], remove: [] }),
    stop: () => edge.stop(0),
    async countUnderWay() {
      const { apps } = await edge.facts();
      return Object.values(apps).reduce((sum, { inFlight, openSockets }) => sum + inFlight + openSockets, 0);
    },
  };
}

function portOf(addresses: readonly string[]): number {
  return Number(addresses[0]?.split(':').at(-1));
}

function readCertificate(hosts: readonly string[], { certificate, key }: CertificateFiles): EdgeCertificate {
  return { hosts, certificatePem: readFileSync(certificate, 'utf8'), keyPem: readFileSync(key, 'utf8') };
}

function describeRoute(host: string, port: number): EdgeRoute {
  const targets = [{ instance: 'backend', host: '127.0.0.1', port }];
  return { host, pathPrefix: '/', stripPrefix: false, app: host.split('.')[0] ?? host, targets, unavailable: null };
}
