import type { CommandTable } from './command.ts';
import { certificatesGroup } from './command/certificates.ts';
import { cpCommand } from './command/cp.ts';
import { credentialsGroup } from './command/credentials.ts';
import { deployCommand } from './command/deploy.ts';
import { domainsGroup } from './command/domains.ts';
import { edgeGroup } from './command/edge.ts';
import { enginesCommand } from './command/engines.ts';
import { eventsCommand } from './command/events.ts';
import { execCommand } from './command/exec.ts';
import { historyCommand } from './command/history.ts';
import { importGroup } from './command/import.ts';
import { imagesGroup } from './command/images.ts';
import { loginCommand, logoutCommand } from './command/login.ts';
import { logsCommand } from './command/logs.ts';
import { lsCommand } from './command/ls.ts';
import { maintenanceGroup } from './command/maintenance.ts';
import { opsGroup } from './command/ops.ts';
import { plainAction } from './command/plain-action.ts';
import { proxyConfigCommand } from './command/proxy-config.ts';
import { purgeCommand } from './command/purge.ts';
import { releasesCommand } from './command/releases.ts';
import { resetCommand } from './command/reset.ts';
import { rmCommand } from './command/rm.ts';
import { rollbackCommand } from './command/rollback.ts';
import { scaleCommand } from './command/scale.ts';
import { serveCommand } from './command/serve.ts';
import { spawnCommand } from './command/spawn.ts';
import { spawnsGroup } from './command/spawns.ts';
import { statsCommand } from './command/stats.ts';
import { statusCommand } from './command/status.ts';
import { templatesGroup } from './command/templates.ts';
import { tokensGroup } from './command/tokens.ts';
import { uploadsGroup } from './command/uploads.ts';
import { uptimeCommand } from './command/uptime.ts';
import { usersGroup } from './command/users.ts';
import { versionCommand } from './command/version.ts';
import { whoamiCommand } from './command/whoami.ts';

/** Every command there is, under the headings of the help. */
export const sections = {
  Deploy: {
    deploy: deployCommand,
    rollback: rollbackCommand,
    scale: scaleCommand,
    domains: domainsGroup,
    certificates: certificatesGroup,
    templates: templatesGroup,
    spawn: spawnCommand,
    spawns: spawnsGroup,
    rm: rmCommand,
    purge: purgeCommand,
  },
  See: {
    ls: lsCommand,
    status: statusCommand,
    logs: logsCommand,
    stats: statsCommand,
    uptime: uptimeCommand,
    history: historyCommand,
    releases: releasesCommand,
    ops: opsGroup,
    events: eventsCommand,
  },
  Act: {
    start: plainAction('start', 'Start stopped apps'),
    stop: plainAction('stop', 'Stop apps: let requests in flight end, then the instances'),
    restart: plainAction('restart', 'Replace the instances by new ones of the same release, without a failed request'),
    pause: plainAction('pause', 'Freeze running apps as they are'),
    unpause: plainAction('unpause', 'Let paused apps go on'),
    kill: plainAction('kill', 'Stop apps at once, without grace'),
    reset: resetCommand,
    maintenance: maintenanceGroup,
    exec: execCommand,
    cp: cpCommand,
    uploads: uploadsGroup,
  },
  Administer: {
    serve: serveCommand,
    login: loginCommand,
    logout: logoutCommand,
    whoami: whoamiCommand,
    users: usersGroup,
    tokens: tokensGroup,
    credentials: credentialsGroup,
    engines: enginesCommand,
    edge: edgeGroup,
    'proxy-config': proxyConfigCommand,
    import: importGroup,
    images: imagesGroup,
    version: versionCommand,
  },
} as const satisfies Readonly<Record<string, CommandTable>>;
