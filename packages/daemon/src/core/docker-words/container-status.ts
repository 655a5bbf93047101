import type { Container } from '../container.ts';
import { renderAgo, renderHumanDuration } from './human-duration.ts';

/** What a status is told from. */
export type ContainerTimes = Pick<Container, 'state' | 'startedAt' | 'finishedAt' | 'exitCode' | 'health'>;

/** `Up 3 seconds (healthy)`, `Exited (0) 2 minutes ago`, `Created`. */
export function renderContainerStatus(container: ContainerTimes, nowMs: number): string {
  const { state, startedAt, finishedAt } = container;
  if (state === 'running' || state === 'paused') return renderUp(container, nowMs);
  if (state === 'restarting') return `Restarting ${renderEnd(container, nowMs)}`;
  if (state === 'removing') return 'Removal In Progress';
  if (state === 'dead') return 'Dead';
  if (startedAt === null) return 'Created';
  return finishedAt === null ? '' : `Exited ${renderEnd(container, nowMs)}`;
}

function renderUp({ state, startedAt, health }: ContainerTimes, nowMs: number): string {
  const up = `Up ${renderHumanDuration(nowMs - (startedAt ?? nowMs))}`;
  if (state === 'paused') return `${up} (Paused)`;
  if (health === null) return up;
  return `${up} (${health === 'starting' ? 'health: starting' : health})`;
}

function renderEnd({ exitCode, finishedAt }: ContainerTimes, nowMs: number): string {
  return `(${exitCode ?? 0}) ${renderAgo(finishedAt ?? nowMs, nowMs)}`;
}
