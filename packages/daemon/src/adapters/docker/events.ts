import { Problem } from '@berth/spec/problem';
import type { Engine, EngineEvent } from '../../ports/engine.ts';
import { renderLabelFilter } from './call.ts';
import type { EngineClient } from './client.ts';
import { readJsonLines } from './json-lines.ts';

interface EventJson {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes?: Readonly<Record<string, string>> | null };
  readonly timeNano?: number;
  readonly time: number;
}

type Options = Parameters<Engine['events']>[0];

/** With `labels`, engines leave out what carries none, such as events of networks. They replay at most the last 256 events. */
export async function* readEvents(client: EngineClient, options: Options): AsyncGenerator<EngineEvent, void> {
  try {
    const bytes = await client.open({
      method: 'GET',
      path: '/events',
      // Engines subscribe a moment after they have answered: without a start, an event in that moment would be lost.
      query: { since: renderInstant(options.sinceMs ?? Date.now()), filters: renderLabelFilter(options.labels ?? []) },
      subject: 'engine',
      toDo: 'tell its events',
      rests: true,
      signal: options.signal,
    });
    options.onOpen?.();
    for await (const event of readJsonLines<EventJson>(bytes)) yield parseEvent(event);
    throw new Problem(
      'engine-unreachable',
      `${client.explain('tell its events')}: it ended them. Check that the engine runs.`,
    );
  } catch (error) {
    if (!options.signal.aborted) throw error;
  }
}

/** Epoch seconds with nanoseconds, as engines want it. */
export function renderInstant(epochMs: number): string {
  return (epochMs / 1000).toFixed(9);
}

const types = new Set(['container', 'image', 'network', 'volume', 'daemon']);

function parseEvent({ Type, Action, Actor, time, timeNano }: EventJson): EngineEvent {
  return {
    type: types.has(Type) ? (Type as EngineEvent['type']) : 'other',
    action: parseAction(Action),
    id: Actor.ID,
    labels: Actor.Attributes ?? {},
    atMs: timeNano === undefined ? time * 1000 : Math.floor(timeNano / 1e6),
  };
}

/** Engines write the command behind `exec_create:`, with what secrets it may hold. */
function parseAction(action: string): string {
  return action.startsWith('exec_') ? (action.split(':')[0] ?? action) : action;
}
