import type { Instance, PublishedPort } from '@berth/spec/instance';
import type { Column } from '../output/table.ts';
import { renderAge } from './duration.ts';
import { renderState } from './state.ts';

/** As much of an instance's id as tells it from others, and as commands take. */
export function shortId(id: string): string {
  return id.slice(0, 12);
}

/** The columns of a table of instances. */
export function instanceColumns(now: number): readonly Column<Instance>[] {
  return [
    { head: 'INSTANCE', cell: ({ id }) => shortId(id) },
    { head: 'RELEASE', cell: ({ release }) => String(release), side: 'right' },
    { head: 'STATE', cell: ({ state }, paint) => renderState(state, paint) },
    { head: 'HEALTH', cell: ({ health, state }, paint) => (state === 'running' ? renderState(health, paint) : '') },
    { head: 'TRAFFIC', cell: ({ serving }) => (serving ? 'yes' : 'no') },
    { head: 'PORTS', cell: ({ published }) => published.map(renderPublished).join(', ') },
    { head: 'RESTARTS', cell: ({ restarts }) => String(restarts), side: 'right' },
    { head: 'SINCE', cell: (instance) => renderSince(instance, now), side: 'right' },
    { head: 'REMARK', cell: (instance) => renderRemark(instance, now), mayShrink: true },
  ];
}

function renderPublished({ hostAddress, hostPort, containerPort, protocol }: PublishedPort): string {
  return `${hostAddress}:${hostPort}→${containerPort}${protocol === 'tcp' ? '' : '/udp'}`;
}

function renderSince({ state, startedAt, finishedAt, createdAt }: Instance, now: number): string {
  const isEnded = state === 'exited' || state === 'dead';
  return renderAge((isEnded ? finishedAt : startedAt) ?? createdAt, now);
}

function renderRemark({ state, exitCode, outOfMemory, nextStartAt }: Instance, now: number): string {
  const isEnded = state === 'exited' || state === 'dead';
  const remarks = [
    ...(outOfMemory ? ['out of memory'] : []),
    ...(isEnded && exitCode !== null ? [`exit code ${exitCode}`] : []),
    ...(nextStartAt === null
      ? []
      : [`starts again in ${renderAge(new Date(now).toISOString(), Date.parse(nextStartAt))}`]),
  ];
  return remarks.join(', ');
}
