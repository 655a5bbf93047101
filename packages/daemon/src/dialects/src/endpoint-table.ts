import { changeEach, forEachName } from './batch.ts';
import {
  type Change,
  deleteApp,
  hardResetApp,
  killApp,
  pauseApp,
  restartApp,
  startApp,
  stopApp,
  unpauseApp,
} from './change-app.ts';
import { createApp } from './create-app.ts';
import { inspect, tellStats, tellStatus } from './docker-view.ts';
import type { Hand } from './hand.ts';
import { askForImage, tellImages } from './image-list.ts';
import { inspectNode, listNodeNames, tellNodeStatus } from './node-list.ts';
import { listSrcApps } from './src-app.ts';
import { summariseUptime } from './uptime-summary.ts';
import { words } from './words.ts';

/** The first value of a parameter; undefined where it is not given. */
export type Parameters = (name: string) => string | undefined;

export interface SrcEndpoint {
  readonly method: 'GET' | 'POST';
  /** Where it is known; `both` for everywhere. */
  readonly mode: 'solo' | 'swarm' | 'both';
  /** For the outline; what is in brackets may be left away. */
  readonly parameters: string;
  /** The answer is made from what is in memory alone. */
  readonly isFromMemory?: boolean;
  /** Text is sent as it is, all else as JSON. */
  readonly answer: (hand: Hand, given: Parameters) => unknown;
}

/** Every endpoint there is, by its name. */
export const endpoints: Readonly<Record<string, SrcEndpoint>> = {
  'start-app': change('solo', startApp),
  'stop-app': change('solo', stopApp),
  'pause-app': change('solo', pauseApp),
  'unpause-app': change('solo', unpauseApp),
  'restart-app': change('solo', restartApp),
  'kill-app': change('both', killApp),
  'create-app': {
    method: 'POST',
    mode: 'both',
    parameters: 'image, user',
    answer: async (hand, given) => {
      await createApp(hand, { image: given('image'), user: given('user') });
      return words.success;
    },
  },
  'delete-app': change('solo', deleteApp),
  'hard-reset-app': change('solo', hardResetApp),
  'get-users': recall('', (hand) => [...new Set(listSrcApps(hand).map(({ user }) => user))].toSorted()),
  'get-app-names': recall('[user]', (hand, given) => {
    const wanted = given('user');
    const apps = listSrcApps(hand).filter(({ user }) => wanted === undefined || user === wanted);
    return apps.map(({ name }) => name);
  }),
  'get-app-status': recall('[name]', (hand, given) => tellStatus(hand, given('name'))),
  'get-app-stats': get('both', '[name]', (hand, given) => tellStats(hand, given('name'))),
  'get-app-info': get('both', 'name', (hand, given) =>
    forEachName(given('name'), { one: (name) => inspect(hand, name), all: (infos) => [...infos.values()] }),
  ),
  'get-node-names': get('swarm', '', listNodeNames),
  'get-node-status': get('swarm', '[hostname]', (hand, given) => tellNodeStatus(hand, given('hostname'))),
  'get-node-info': get('swarm', 'hostname', (hand, given) => inspectNode(hand, given('hostname'))),
  'get-uptime-summary': get('both', 'name, duration (hour, day, week or month)', (hand, given) =>
    forEachName(given('name'), {
      one: (name) => summariseUptime(hand, { name, duration: given('duration') }),
      all: (summaries) => Object.fromEntries(summaries),
    }),
  ),
  'request-image': {
    method: 'POST',
    mode: 'both',
    parameters: 'image',
    answer: async (hand, given) => {
      await askForImage(hand, given('image'));
      return words.success;
    },
  },
  'get-images': get('both', '', tellImages),
};

function change(mode: SrcEndpoint['mode'], verb: Change): SrcEndpoint {
  return { method: 'POST', mode, parameters: 'name', answer: (hand, given) => changeEach(hand, given('name'), verb) };
}

function get(mode: SrcEndpoint['mode'], parameters: string, answer: SrcEndpoint['answer']): SrcEndpoint {
  return { method: 'GET', mode, parameters, answer };
}

function recall(parameters: string, answer: SrcEndpoint['answer']): SrcEndpoint {
  return { ...get('both', parameters, answer), isFromMemory: true };
}
