import type { RequestListener } from 'node:http';
import type { Edge, TrafficFacts } from '../../ports/edge.ts';
import type { ApiCounts } from './api-counts.ts';
import { TrafficTotals } from './traffic-totals.ts';

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  /** Label and value; one without a label has the empty one. */
  readonly samples: readonly (readonly [label: string, value: number])[];
}

const classes = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/** `GET /metrics` with the program's names, in Prometheus' text format. */
export function createMetricsListener(edge: Pick<Edge, 'facts'>, counts: ApiCounts): RequestListener {
  const totals = new TrafficTotals();
  const render = (facts: TrafficFacts): string => {
    totals.add(facts);
    const metrics = [...apiMetrics(counts), ...proxyMetrics(totals, facts), ...processMetrics()];
    return metrics.map(renderMetric).join('\n');
  };
  return (request, response) => {
    request.resume();
    if (request.url?.split('?')[0] !== '/metrics') return void response.writeHead(404).end('Not Found');
    void edge
      .facts()
      .then(render)
      .then(
        (text) => response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text),
        () => response.writeHead(503).end('The edge is being started again'),
      );
  };
}

function apiMetrics({ calls, statuses }: ApiCounts): readonly Metric[] {
  return [
    counter('api_route_get', 'Count of API route get requests', calls.GET),
    counter('api_route_add', 'Count of API route add requests', calls.POST),
    counter('api_route_delete', 'Count of API route delete requests', calls.DELETE),
    {
      name: 'requests_api',
      type: 'counter',
      help: 'Count of API requests',
      samples: [...statuses].map(([status, count]) => [`{status="${status}"}`, count]),
    },
  ];
}

function proxyMetrics({ sum }: TrafficTotals, { apps }: TrafficFacts): readonly Metric[] {
  // The only answer of its class that ends a request: the beginning of a WebSocket.
  const [switched] = sum.statuses;
  const inFlight = Object.values(apps).reduce((total, app) => total + app.inFlight, 0);
  return [
    counter('requests_ws', 'Count of websocket requests', switched),
    counter('requests_web', 'Count of web requests', sum.requests - switched),
    {
      name: 'requests_proxy',
      type: 'counter',
      help: 'Count of proxy requests by class of status',
      samples: classes.map((name, index) => [`{status="${name}"}`, sum.statuses[index] ?? 0]),
    },
    gauge('requests_in_flight', 'Requests and WebSockets under way', inFlight),
    counter('received_bytes', 'Bytes of bodies and WebSockets from visitors', sum.bytesIn),
    counter('sent_bytes', 'Bytes of bodies and WebSockets to visitors', sum.bytesOut),
  ];
}

/** Of this process; the edge is another. */
function processMetrics(): readonly Metric[] {
  const { user, system } = process.cpuUsage();
  return [
    counter('process_cpu_seconds_total', 'Total user and system CPU time spent in seconds.', (user + system) / 1e6),
    gauge('process_resident_memory_bytes', 'Resident memory size in bytes.', process.memoryUsage.rss()),
  ];
}

function counter(name: string, help: string, value: number): Metric {
  return { name, type: 'counter', help, samples: [['', value]] };
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, type: 'gauge', help, samples: [['', value]] };
}

function renderMetric({ name, type, help, samples }: Metric): string {
  const lines = samples.map(([label, value]) => `${name}${label} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}
