import { isProblem } from '@berth/spec/problem';
import { Counter, Gauge, Registry } from 'prom-client';
import { chooseCertificates } from '../../core/shown-certificate.ts';
import type { AppTraffic, TrafficFacts } from '../../ports/edge.ts';
import { certificatePicture } from '../../use-cases/certificate-picture.ts';
import type { Context } from '../../use-cases/context.ts';
import { conditionOf } from '../../use-cases/view.ts';
import type { Services } from '../services.ts';
import { renderLatency } from './render-latency.ts';

/** One measurement: its labels and its value. */
type Sample = readonly [labels: Readonly<Record<string, string | number>>, value: number];

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** The text format of Prometheus. Everything is read when it is asked for: nothing is measured meanwhile. */
export async function renderMetrics(context: Context, services: Services): Promise<string> {
  const registry = new Registry();
  const facts = await findTraffic(context);
  const metrics = [
    ...processMetrics(),
    ...appMetrics(context),
    ...certificateMetrics(context),
    ...requestMetrics(services),
    ...trafficMetrics(facts),
  ];
  for (const metric of metrics) if (metric.samples.length > 0) register(registry, metric);
  return (await registry.metrics()) + renderLatency(facts);
}

/** A name that ends in `_total` only rises. */
function register(registry: Registry, { name, help, samples }: Metric): void {
  const labelNames = Object.keys(samples[0]?.[0] ?? {});
  const settings = { name, help, labelNames, registers: [registry] };
  if (name.endsWith('_total')) {
    const counter = new Counter(settings);
    for (const [labels, value] of samples) counter.inc({ ...labels }, value);
    return;
  }
  const gauge = new Gauge(settings);
  for (const [labels, value] of samples) gauge.set({ ...labels }, value);
}

function processMetrics(): Metric[] {
  const { user, system } = process.cpuUsage();
  const { heapUsed } = process.memoryUsage();
  return [
    {
      name: 'process_cpu_seconds_total',
      help: 'Processor time of the daemon.',
      samples: [[{}, (user + system) / 1e6]],
    },
    {
      name: 'process_resident_memory_bytes',
      help: 'Memory of the daemon.',
      samples: [[{}, process.memoryUsage.rss()]],
    },
    { name: 'process_heap_bytes', help: 'Used heap of the daemon.', samples: [[{}, heapUsed]] },
    {
      name: 'process_start_time_seconds',
      help: 'When the daemon started, since 1970.',
      samples: [[{}, Math.round(Date.now() / 1000 - process.uptime())]],
    },
  ];
}

function appMetrics(context: Context): Metric[] {
  const states = new Map<string, number>();
  for (const app of context.ledger.books.apps.values()) {
    const { state } = conditionOf(context, app);
    states.set(state, (states.get(state) ?? 0) + 1);
  }
  const engines = [...context.engines.keys()].map(
    (engine): Sample => [{ engine }, context.fleet.engine(engine).connected ? 1 : 0],
  );
  return [
    { name: 'berth_apps', help: 'Apps by state.', samples: [...states].map(([state, count]) => [{ state }, count]) },
    { name: 'berth_engine_connected', help: '1 while the engine answers.', samples: engines },
    {
      name: 'berth_operations_running',
      help: 'Operations under way.',
      samples: [[{}, context.ledger.books.operations.size]],
    },
  ];
}

/** A host stands there once, with the certificate that visitors get. */
function certificateMetrics(context: Context): Metric[] {
  const { certificates, hosts, now } = certificatePicture(context);
  const samples = chooseCertificates(certificates, hosts, now).flatMap(({ hosts: names, chain }) =>
    names.map((host): Sample => [{ host }, chain.notAfter / 1000]),
  );
  return [
    {
      name: 'berth_certificate_expiry_seconds',
      help: 'When the certificate of the host ends, since 1970.',
      samples,
    },
  ];
}

function requestMetrics({ requests, operations }: Services): Metric[] {
  return [
    {
      name: 'berth_operations_total',
      help: 'Operations that ended since the start, by kind and state.',
      samples: operations.list().map(({ kind, state, count }) => [{ kind, state }, count]),
    },
    {
      name: 'berth_http_requests_total',
      help: 'Answered requests of the API since the start, by route and status.',
      samples: requests.list().map(({ method, route, status, count }) => [{ method, route, status }, count]),
    },
  ];
}

async function findTraffic({ edge }: Context): Promise<TrafficFacts | undefined> {
  try {
    return await edge.facts();
  } catch (error) {
    if (isProblem(error)) return undefined;
    throw error;
  }
}

function trafficMetrics(facts: TrafficFacts | undefined): Metric[] {
  const apps = Object.entries(facts?.apps ?? {});
  const each = (value: (traffic: AppTraffic) => number): Sample[] =>
    apps.map(([app, traffic]) => [{ app }, value(traffic)]);
  const classes = apps.flatMap(([app, { statuses }]) =>
    statuses.map((count, index): Sample => [{ app, class: `${index + 1}xx` }, count]),
  );
  return [
    {
      name: 'berth_edge_connected',
      help: '1 while the edge process answers.',
      samples: [[{}, facts === undefined ? 0 : 1]],
    },
    {
      name: 'berth_edge_requests_total',
      help: 'Requests of visitors since the edge started.',
      samples: each((traffic) => traffic.requests),
    },
    { name: 'berth_edge_answers_total', help: 'Answers to visitors, by class of status.', samples: classes },
    {
      name: 'berth_edge_received_bytes_total',
      help: 'Bytes from visitors.',
      samples: each((traffic) => traffic.bytesIn),
    },
    { name: 'berth_edge_sent_bytes_total', help: 'Bytes to visitors.', samples: each((traffic) => traffic.bytesOut) },
    {
      name: 'berth_edge_requests_in_flight',
      help: 'Requests of visitors under way.',
      samples: each((traffic) => traffic.inFlight),
    },
    {
      name: 'berth_edge_open_sockets',
      help: 'Open WebSockets of visitors.',
      samples: each((traffic) => traffic.openSockets),
    },
  ];
}
