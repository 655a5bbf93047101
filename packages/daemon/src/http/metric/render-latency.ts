import { latencyBounds } from '../../core/latency-histogram.ts';
import type { AppTraffic, TrafficFacts } from '../../ports/edge.ts';

const NAME = 'berth_edge_request_duration_seconds';
const HELP = 'How long requests of visitors took, from their head to the end of their answer.';

/** A histogram in the text format of Prometheus: its client takes observations only, and these were counted by the edge. */
export function renderLatency(facts: TrafficFacts | undefined): string {
  const apps = Object.entries(facts?.apps ?? {});
  if (apps.length === 0) return '';
  const lines = apps.flatMap(([app, { latency }]) => renderSeries(escapeLabel(app), latency));
  return [`# HELP ${NAME} ${HELP}`, `# TYPE ${NAME} histogram`, ...lines, ''].join('\n');
}

function renderSeries(app: string, { counts, sumSeconds }: AppTraffic['latency']): readonly string[] {
  let total = 0;
  const buckets = counts.map((count, at) => {
    total += count;
    return `${NAME}_bucket{app="${app}",le="${latencyBounds[at] ?? '+Inf'}"} ${total}`;
  });
  return [...buckets, `${NAME}_sum{app="${app}"} ${sumSeconds}`, `${NAME}_count{app="${app}"} ${total}`];
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
