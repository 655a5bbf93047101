import { expect, test } from 'vitest';
import { addLatency, emptyHistogram } from '../../core/latency-histogram.ts';
import { renderLatency } from './render-latency.ts';

const traffic = (...seconds: number[]) => {
  const latency = emptyHistogram();
  for (const each of seconds) addLatency(latency, each);
  const rest = { requests: 0, bytesIn: 0, bytesOut: 0, inFlight: 0, openSockets: 0 };
  return { ...rest, statuses: [0, 0, 0, 0, 0] as const, lastActivityMs: null, lastServedMs: null, latency };
};

test('requests are told in cumulated buckets, with their sum and count', () => {
  const text = renderLatency({ startedAtMs: 0, apps: { blog: traffic(0.001, 0.02, 60) } });
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      '# TYPE berth_edge_request_duration_seconds histogram',
      'berth_edge_request_duration_seconds_bucket{app="blog",le="0.005"} 1',
      'berth_edge_request_duration_seconds_bucket{app="blog",le="0.025"} 2',
      'berth_edge_request_duration_seconds_bucket{app="blog",le="30"} 2',
      'berth_edge_request_duration_seconds_bucket{app="blog",le="+Inf"} 3',
      'berth_edge_request_duration_seconds_sum{app="blog"} 60.021',
      'berth_edge_request_duration_seconds_count{app="blog"} 3',
    ]),
  );
});

test('without visitors there is nothing to tell', () => {
  expect(renderLatency(undefined)).toBe('');
  expect(renderLatency({ startedAtMs: 0, apps: {} })).toBe('');
});

test('a name cannot end its label', () => {
  expect(renderLatency({ startedAtMs: 0, apps: { 'a"\\\n': traffic(1) } })).toContain('_count{app="a\\"\\\\\\n"} 1');
});
