import type { AnyEndpoint } from './endpoint.ts';
import { actionEndpoints } from './resource/action.ts';
import { appEndpoints } from './resource/app.ts';
import { certificateEndpoints } from './resource/certificate.ts';
import { credentialEndpoints } from './resource/credential.ts';
import { domainEndpoints } from './resource/domain.ts';
import { edgeEndpoints } from './resource/edge.ts';
import { engineEndpoints, routeEndpoints } from './resource/engine.ts';
import { eventEndpoints } from './resource/event.ts';
import { execEndpoints } from './resource/exec.ts';
import { fileEndpoints } from './resource/file.ts';
import { historyEndpoints } from './resource/history.ts';
import { imageEndpoints } from './resource/image.ts';
import { imageRequestEndpoints } from './resource/image-request.ts';
import { logEndpoints } from './resource/log.ts';
import { operationEndpoints } from './resource/operation.ts';
import { purgeEndpoints } from './resource/purge.ts';
import { releaseEndpoints } from './resource/release.ts';
import { spawnEndpoints } from './resource/spawn.ts';
import { serviceEndpoints } from './resource/service.ts';
import { statsEndpoints } from './resource/stats.ts';
import { templateEndpoints } from './resource/template.ts';
import { trafficEndpoints } from './resource/traffic.ts';
import { statusEndpoints } from './resource/status.ts';
import { uploadEndpoints } from './resource/upload.ts';
import { uptimeEndpoints } from './resource/uptime.ts';
import { tokenEndpoints, userEndpoints } from './resource/user.ts';

/** Every endpoint there is, by the chapter of the reference in which it stands. */
export const routeTable = {
  apps: [...appEndpoints, ...statusEndpoints],
  actions: [...actionEndpoints, ...purgeEndpoints],
  templates: templateEndpoints,
  spawns: spawnEndpoints,
  releases: releaseEndpoints,
  domains: domainEndpoints,
  certificates: certificateEndpoints,
  logs: logEndpoints,
  stats: statsEndpoints,
  traffic: [...trafficEndpoints, ...historyEndpoints],
  uptime: uptimeEndpoints,
  exec: execEndpoints,
  files: fileEndpoints,
  uploads: uploadEndpoints,
  operations: operationEndpoints,
  events: eventEndpoints,
  engines: engineEndpoints,
  edge: edgeEndpoints,
  images: imageEndpoints,
  'image-requests': imageRequestEndpoints,
  routes: routeEndpoints,
  users: userEndpoints,
  tokens: tokenEndpoints,
  credentials: credentialEndpoints,
  service: serviceEndpoints,
} satisfies Readonly<Record<string, readonly AnyEndpoint[]>>;

export const allEndpoints: readonly AnyEndpoint[] = Object.values(routeTable).flat();
