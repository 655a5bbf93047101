/**
 * What is asked of configurable-http-proxy and of its stand-in alike. In texts `{target}` is the address of an app that
 * answers with what it was asked, `{socket}` the escaped path of its unix socket, `{dead}` an address nobody listens at,
 * `{proxy}` the proxy's own, `{pages}` a folder of error pages.
 */
export interface Example {
  readonly says: string;
  readonly flags: readonly string[];
  readonly steps: readonly Step[];
}

export interface Step {
  /** Of the route API when the path begins with `/api` or `api` is said, else a visitor's. */
  readonly ask: string;
  readonly at?: 'api' | 'proxy';
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a text as it is. */
  readonly body?: unknown;
  /** What the stand-in answers where it differs on purpose. */
  readonly differs?: { readonly answer: Partial<Answer>; readonly because: string };
}

/** What of an answer clients rely on; absent fields were absent. */
export interface Answer {
  readonly status: number;
  /** But for plain text, which the program leaves unsaid. */
  readonly type?: string;
  readonly location?: string;
  readonly body?: unknown;
}

const to = (path: string, target = 'http://{target}'): Step => ({ ask: `POST /api/routes${path}`, body: { target } });
const hangs = 'the program never answers';
const page = 'the edge has its own pages, for people and for programs';
/** Error pages are compared by their status. */
const refused = (ask: string, status: number, more: Partial<Step> = {}): Step => ({
  ask,
  ...more,
  differs: { answer: { status }, because: page },
});

export const examples: readonly Example[] = [
  {
    says: 'the API finds its paths before it asks who calls',
    flags: [],
    steps: [
      { ask: 'GET /', at: 'api', headers: { authorization: '' } },
      { ask: 'GET /api' },
      { ask: 'GET /api/' },
      { ask: 'GET /api/routesx' },
      { ask: 'GET //api/routes', at: 'api' },
      { ask: 'PUT /api/routes', headers: { authorization: '' } },
      { ask: 'OPTIONS /api/routes/x' },
      { ask: 'HEAD /api/routes' },
    ],
  },
  {
    says: 'the API asks for its token',
    flags: [],
    steps: [
      { ask: 'GET /api/routes' },
      { ask: 'GET /api/routes', headers: { authorization: '' } },
      { ask: 'GET /api/routes', headers: { authorization: 'token other' } },
      { ask: 'GET /api/routes', headers: { authorization: 'Bearer secret' } },
      { ask: 'GET /api/routes', headers: { authorization: 'secret' } },
      { ask: 'GET /api/routes', headers: { authorization: 'TOKEN secret' } },
      { ask: 'GET /api/routes', headers: { authorization: 'token  secret' } },
      { ask: 'DELETE /api/routes/a', headers: { authorization: 'token' } },
      { ask: 'POST /api/routes/a', headers: { authorization: 'token secret ' }, body: {} },
    ],
  },
  {
    says: 'routes are posted, shown and deleted',
    flags: [],
    steps: [
      to('/user/foo/'),
      { ask: 'GET /api/routes/user/foo' },
      { ask: 'GET /api/routes/user/foo/' },
      { ask: 'GET /api/routes/user' },
      {
        ask: 'POST /api/routes/a',
        body: { jupyterhub: true, target: 'http://{target}/b', user: 'ü', path: '/e', last_activity: 'x' },
      },
      { ask: 'GET /api/routes' },
      { ask: 'GET /api/routes/' },
      to('/a', 'http://{dead}'),
      { ask: 'GET /api/routes/a' },
      { ask: 'DELETE /api/routes/user/foo/' },
      { ask: 'DELETE /api/routes/user/foo' },
      { ask: 'DELETE /api/routes/nothing' },
      to(''),
      to('/', 'http://{target}/2'),
      { ask: 'GET /api/routes' },
      { ask: 'DELETE /api/routes/' },
      {
        ask: 'DELETE /api/routes',
        differs: { answer: { status: 404 }, because: hangs },
      },
      { ask: 'DELETE /api/routes/a' },
      { ask: 'GET /api/routes' },
    ],
  },
  {
    says: 'a body that is no route is refused',
    flags: [],
    steps: [
      { ask: 'POST /api/routes/a' },
      { ask: 'POST /api/routes/a', body: 'x' },
      { ask: 'POST /api/routes/a', body: [] },
      { ask: 'POST /api/routes/a', body: 'null' },
      { ask: 'POST /api/routes/a', body: '"text"' },
      { ask: 'POST /api/routes/a', body: {} },
      { ask: 'POST /api/routes/a', body: { target: 5 } },
      { ask: 'POST /api/routes/a', body: { target: null } },
      {
        ask: 'POST /api/routes/a',
        body: { target: 'nowhere' },
        differs: {
          answer: { status: 400, body: "'target' must be a URL: http://, https:// or unix+http://" },
          because: 'the program takes it, and fails each visitor',
        },
      },
      { ask: 'GET /api/routes/b' },
    ],
  },
  {
    says: 'paths are unescaped, and nothing else',
    flags: [],
    steps: [
      to('/has%20space/%C3%BC%2Fx/%7Ey@'),
      to('//dd//ee'),
      to('/Q?x=1'),
      to('/f/../g'),
      to('/f/%2e%2e/h'),
      { ask: 'GET /api/routes' },
      { ask: 'GET /api/routes/has%20space/%C3%BC/x/~y@' },
      { ask: 'GET /api/routes/has%20space/%c3%bc/x/%7ey%40/' },
      { ask: 'DELETE /api/routes/has%20space/%C3%BC/x/~y@' },
      {
        ...to('/bad%zz'),
        differs: { answer: { status: 400, body: 'The path is not escaped as UTF-8' }, because: hangs },
      },
    ],
  },
  {
    says: 'routes can be asked for by their last activity',
    flags: [],
    steps: [
      to('/a'),
      { ask: 'GET /api/routes?inactive_since=2100-01-01' },
      { ask: 'GET /api/routes?inactive_since=2000-01-01T00:00:00Z' },
      { ask: 'GET /api/routes?inactiveSince=2000-01-01T00:00:00.000Z' },
      { ask: 'GET /api/routes?inactive_since=' },
      { ask: 'GET /api/routes?inactive_since=foo' },
      { ask: 'GET /api/routes/a?inactive_since=2000-01-01T00:00:00Z' },
    ],
  },
  {
    says: 'visitors reach the target of the longest route',
    flags: [],
    steps: [
      refused('GET /nothing', 404),
      to('/user/foo'),
      to('/user/foo/deep', 'http://{target}/d/'),
      to('/sp%20ace/@'),
      { ask: 'GET /user/foo' },
      { ask: 'GET /user/foo/?x=1&y=%20' },
      { ask: 'POST /user/foo/a%2Fb', body: 'body' },
      { ask: 'PUT /user/foo/x', body: { a: 1 } },
      { ask: 'DELETE /user/foo/x' },
      { ask: 'PATCH /user/foo/x', body: '' },
      { ask: 'OPTIONS /user/foo/x' },
      { ask: 'HEAD /user/foo/x' },
      { ask: 'GET /user/foo/deep/x?q' },
      { ask: 'GET /user/foo/deep' },
      { ask: 'GET /user/foo/deeper' },
      { ask: 'GET /sp%20ace/@/x' },
      { ask: 'GET /sp%20ace/%40/x' },
      refused('GET /user/foobar', 404),
      refused('GET /User/foo', 404),
      to('/', 'http://{target}/root'),
      { ask: 'GET /anything' },
      { ask: 'GET /' },
      { ask: 'DELETE /api/routes/user/foo' },
      { ask: 'GET /user/foo/x' },
      { ask: 'GET /user/foo/deep/x' },
    ],
  },
  {
    says: 'targets are told who asked',
    flags: [],
    steps: [
      to('/a'),
      { ask: 'GET /a/x', headers: { host: 'hub.example.org:8443', 'x-a': 'b' } },
      { ask: 'GET /a/redirect', headers: { 'x-location': 'http://{target}/z' } },
      { ask: 'GET /a/redirect', headers: { 'x-location': '/z' } },
      { ask: 'GET /a/status/418' },
      { ask: 'GET /a/status/500' },
      { ask: 'GET /a/status/304' },
    ],
  },
  {
    says: 'targets may listen at a unix socket',
    flags: [],
    steps: [
      to('/u', 'unix+http://{socket}'),
      to('/v', 'unix+http://{socket}/base'),
      { ask: 'GET /u/x' },
      { ask: 'GET /v/x?y' },
      { ask: 'GET /api/routes/u' },
    ],
  },
  {
    says: 'a target that is away is told with 503',
    flags: [],
    steps: [to('/dead', 'http://{dead}'), refused('GET /dead/x', 503), refused('POST /dead/x', 503, { body: 'x' })],
  },
  {
    says: '--no-include-prefix leaves out the path of the route',
    flags: ['--no-include-prefix'],
    steps: [
      to('/p'),
      to('/q', 'http://{target}/base'),
      { ask: 'GET /p' },
      { ask: 'GET /p?x=1' },
      { ask: 'GET /p/' },
      { ask: 'GET /p/a/p/b' },
      { ask: 'GET /q/x' },
      { ask: 'GET /p/redirect', headers: { 'x-location': 'http://elsewhere.example/z' } },
    ],
  },
  {
    says: '--no-prepend-path leaves out that of the target',
    flags: ['--no-prepend-path', '--no-x-forward', '--default-target', 'http://{target}/x'],
    steps: [to('/q', 'http://{target}/base'), { ask: 'GET /q/x' }, { ask: 'GET /z' }, { ask: 'GET /api/routes' }],
  },
  {
    says: '--change-origin and --custom-header change what targets hear',
    flags: ['--change-origin', '--custom-header', 'X-A: b c', '--custom-header=x-b:v:w'],
    steps: [to('/a'), { ask: 'GET /a/x', headers: { host: 'hub.example.org' } }],
  },
  {
    says: '--auto-rewrite and --protocol-rewrite change where targets send visitors',
    flags: ['--auto-rewrite', '--protocol-rewrite', 'https'],
    steps: [
      to('/a'),
      { ask: 'GET /a/redirect', headers: { host: 'hub.example.org:81', 'x-location': 'http://{target}/z?q#h' } },
      { ask: 'GET /a/redirect', headers: { 'x-location': 'http://other.example/z' } },
      { ask: 'GET /a/redirect', headers: { 'x-location': '/z' } },
      { ask: 'GET /a/redirect/201', headers: { host: 'h:82', 'x-location': 'http://{target}/z' } },
    ],
  },
  {
    says: '--protocol-rewrite alone leaves the host as it is',
    flags: ['--protocol-rewrite', 'https'],
    steps: [to('/a'), { ask: 'GET /a/redirect', headers: { 'x-location': 'http://{target}/z' } }],
  },
  {
    says: '--host-routing takes the first part of a path for a host',
    flags: ['--host-routing', '--default-target', 'http://{target}/default'],
    steps: [
      to('/hub.example.org/foo'),
      to('/one.example.org', 'http://{target}/one'),
      { ask: 'GET /api/routes' },
      { ask: 'GET /api/routes/hub.example.org/foo' },
      { ask: 'GET /foo/x', headers: { host: 'hub.example.org' } },
      { ask: 'GET /foo/x', headers: { host: 'hub.example.org:8000' } },
      { ask: 'GET /bar', headers: { host: 'hub.example.org' } },
      { ask: 'GET /foo/x', headers: { host: 'one.example.org' } },
      { ask: 'GET /foo/x', headers: { host: 'two.example.org' } },
      { ask: 'DELETE /api/routes/hub.example.org/foo' },
      { ask: 'GET /foo/x', headers: { host: 'hub.example.org' } },
    ],
  },
  {
    says: '--error-path has pages for what goes wrong',
    flags: ['--error-path', '{pages}'],
    steps: [to('/dead', 'http://{dead}'), { ask: 'GET /nothing' }, { ask: 'GET /dead/x' }],
  },
  {
    says: '--error-target is asked for them',
    flags: ['--error-target', 'http://{target}/hub/error'],
    steps: [
      to('/dead', 'http://{dead}'),
      { ask: 'GET /nothing?a=b%20c' },
      { ask: 'POST /dead/x', body: 'x', headers: { cookie: 'a=b' } },
    ],
  },
  {
    says: 'an --error-target that is away leaves the proxy its own pages',
    flags: ['--error-target', 'http://{dead}'],
    steps: [to('/dead', 'http://{dead}'), refused('GET /nothing', 404), refused('GET /dead/x', 503)],
  },
];
