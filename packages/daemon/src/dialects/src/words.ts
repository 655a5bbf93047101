import { TextRefusal } from '../../dialect-kit/text-refusal.ts';

/** What clients of this API know by heart. */
export const words = {
  success: 'Success',
  wrongMode: (endpoint: string, mode: string) =>
    new TextRefusal(400, `${endpoint} endpoint incompatible with ${mode} mode`),
  noFacility: () => new TextRefusal(400, 'Invalid facility ID'),
  engineDown: () => new TextRefusal(500, 'Docker daemon not responding'),
  noName: () => new TextRefusal(400, 'No container name provided'),
  unknownApp: (name: string) => new TextRefusal(400, `Unable to find app "${name}"`),
  paused: () => new TextRefusal(409, 'App is paused'),
  notRunningToPause: () => new TextRefusal(409, 'App must be running to be paused'),
  notPaused: () => new TextRefusal(409, 'App must be paused to be unpaused'),
  notRunningToKill: () => new TextRefusal(409, 'App must be running to be killed'),
  noImage: () => new TextRefusal(400, 'No image name provided'),
  noUser: () => new TextRefusal(400, 'No user name provided'),
  badUser: (user: string) =>
    new TextRefusal(
      400,
      `Invalid user name "${user}": use letters, digits, dashes and underscores, no two dashes in a row and none at the beginning`,
    ),
  unknownImage: (image: string) => new TextRefusal(400, `Could not find image "${image}"`),
  exists: () => new TextRefusal(400, 'App already exists'),
  noHostname: () => new TextRefusal(400, 'No hostname provided'),
  unknownNode: (hostname: string) => new TextRefusal(400, `Unable to find node '${hostname}'`),
  noDuration: () => new TextRefusal(400, 'No duration provided'),
  badDuration: () => new TextRefusal(400, 'Invalid duration'),
  noLog: (name: string) => new TextRefusal(400, `Could not find log for "${name}"`),
  notPulled: (image: string, reason: string) => new TextRefusal(400, `Could not pull image '${image}':\n${reason}`),
} as const;
