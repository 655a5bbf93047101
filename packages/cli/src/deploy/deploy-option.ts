import { choice, flag, many, negation, type OptionValues, text, value } from '../option.ts';
import { anyText } from '../parse/any-text.ts';
import { assignment, pair } from '../parse/assignment.ts';
import { containerPort } from '../parse/container-port.ts';
import { domain } from '../parse/domain.ts';
import { fileSource, tmpfs, volume } from '../parse/mount.ts';
import { count, decimal, port } from '../parse/number.ts';
import { publishedPort } from '../parse/published-port.ts';
import { size } from '../parse/size.ts';
import { seconds } from '../parse/span.ts';

/** What a spec can say, as options. */
export const specOptions = {
  image: text('-i, --image <reference>', 'The image, such as registry.example.org/shop:1.2.'),
  env: many('-e, --env <name=value>', 'A variable; NAME alone passes your own on.', assignment),
  envFile: many('--env-file <file>', 'Variables from a file of NAME=value lines.', anyText),
  unset: many('--unset <name>', 'Take a variable away that the app has.', anyText),
  port: many(
    '-p, --port <port>',
    'A port it listens on, the first tcp one is served (default: what the image exposes).',
    containerPort,
  ),
  publish: many(
    '--publish <[host:]port>',
    'A port reached at the host too, such as 8080:80; without the first at one that the engine chooses.',
    publishedPort,
  ),
  publishExposed: flag('--publish-exposed', 'The same for all ports that the image exposes.'),
  protocol: choice('--protocol <http|h2c>', 'What the served port speaks; h2c is HTTP/2 without TLS, as of gRPC.', [
    'http',
    'h2c',
  ]),
  volume: many('-v, --volume <name:/path>', 'A volume of the app; :ro behind the path for reading only.', volume),
  file: many(
    '--file <local:/path>',
    'A small file of yours in every instance; :0600 behind it for a mode.',
    fileSource,
  ),
  tmpfs: many('--tmpfs </path>', 'A folder in memory; :64m behind it for a size.', tmpfs),
  label: many('--label <name=value>', 'A label of the containers.', pair),
  cpus: value('--cpus <number>', 'Processors, such as 0.5.', decimal),
  memory: value('--memory <size>', 'Memory, such as 512m.', size),
  memoryReservation: value('--memory-reservation <size>', 'Memory that it should have when memory is short.', size),
  pids: value('--pids <number>', 'Processes and threads at most.', count),
  user: text('--user <user[:group]>', 'Who it runs as.'),
  workdir: text('--workdir </path>', 'Where it starts.'),
  entrypoint: many('--entrypoint <word>', "In place of the image's; again for each further word.", anyText),
  readOnly: flag('--read-only', 'Make the root file system read-only.'),
  restart: choice('--restart <always|on-failure|never>', 'When an instance that ends is started again.', [
    'always',
    'on-failure',
    'never',
  ]),
  healthPath: text('--health-path </path>', 'Probe with an HTTP GET of this path (default: a TCP connection).'),
  healthPort: value('--health-port <port>', 'Probe this port (default: the served one).', port),
  healthInterval: value('--health-interval <duration>', 'Time between probes.', seconds),
  healthTimeout: value('--health-timeout <duration>', 'How long a probe may take.', seconds),
  startTimeout: value('--start-timeout <duration>', 'How long a new instance may take to answer.', seconds),
  probe: negation('--no-health', 'Do not probe: running is enough.'),
  stopSignal: text('--stop-signal <signal>', 'What asks it to end, such as SIGINT.'),
  stopGrace: value('--stop-grace <duration>', 'How long it may take to end.', seconds),
  drain: value('--drain <duration>', 'How long requests in flight may take.', seconds),
  strategy: choice('--strategy <beside|recreate>', 'beside: no request fails. recreate: the old one stops first.', [
    'beside',
    'recreate',
  ]),
  pull: choice('--pull <auto|always|missing|never>', 'When the image is pulled.', [
    'auto',
    'always',
    'missing',
    'never',
  ]),
  registryCredential: text('--registry-credential <name>', 'A stored credential for the registry.'),
};

/** Where, how often and how visitors are brought there, beside what. */
export const placeOptions = {
  replicas: value('-r, --replicas <number>', 'How many instances (default: 1, or what the app has).', count),
  domain: many('-d, --domain <host[/path]>', 'A host, and a path if you like, that leads to it.', domain),
  sticky: choice('--sticky <on|off>', 'Keep each visitor with one instance, by a cookie.', ['on', 'off']),
  maxBody: value('--max-body <size>', 'The largest body of a request; 0 for any.', size),
  maxRequests: value('--max-requests <number>', 'Requests and WebSockets at a time; 0 for any number.', count),
  rate: value('--rate <number>', 'Requests per second from one address; 0 for any number.', decimal),
  answerTimeout: value('--answer-timeout <duration>', 'How long it may take to begin an answer; 0 for ever.', seconds),
  idleTimeout: value('--idle-timeout <duration>', 'How long a body or a WebSocket may be silent; 0 for ever.', seconds),
  lifetime: value('--lifetime <duration>', 'How long it lives since it was started; 0 for ever.', seconds),
  maxIdle: value('--max-idle <duration>', 'How long it lives without visitors; 0 for ever.', seconds),
  maxEnded: value('--max-ended <duration>', 'How long it stays once it has ended for good.', seconds),
  atEnd: choice('--at-end <stop|remove>', 'What becomes of it when its time is over (default: stop).', [
    'stop',
    'remove',
  ]),
  owner: text('--owner <user>', 'Whose app it is; for administrators.'),
  engine: text('--engine <name>', 'The engine that a new app runs on.'),
  start: negation('--no-start', 'Make the instances, but do not start them.'),
};

/** How the command itself behaves. */
export const runOptions = {
  specFile: text('-f, --spec <file>', 'Everything from a JSON file, `-` for standard input; options win over it.'),
  replace: flag('--replace', 'Start from nothing instead of from what the app has.'),
  detach: flag('--detach', 'Do not wait until it is up.'),
  dryRun: flag('--dry-run', 'Check everything and change nothing.'),
};

export type SpecOptions = OptionValues<typeof specOptions>;
export type PlaceOptions = OptionValues<typeof placeOptions>;
