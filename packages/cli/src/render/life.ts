import type { AppLife } from '@berth/spec/app-life';
import { renderDuration } from './duration.ts';

/** When an app ends by itself: `removed 1 h after its start, or after 10 min without visitors`; empty when it does not. */
export function renderLife({ lifetimeSeconds, idleSeconds, endedSeconds, atEnd = 'stop' }: AppLife): string {
  const limits = [
    ...(lifetimeSeconds === undefined ? [] : [`${time(lifetimeSeconds)} after its start`]),
    ...(idleSeconds === undefined ? [] : [`after ${time(idleSeconds)} without visitors`]),
    ...(endedSeconds === undefined ? [] : [`${time(endedSeconds)} after it ended`]),
  ];
  return limits.length === 0 ? '' : `${atEnd === 'stop' ? 'stopped' : 'removed'} ${limits.join(', or ')}`;
}

function time(seconds: number): string {
  return renderDuration(seconds * 1000);
}
