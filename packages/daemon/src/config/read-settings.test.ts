import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { defaultLimits } from '../core/route-table.ts';
import { publishedAddressOf } from './published-port-settings.ts';
import { readSettings, settingVariables } from './read-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(file: unknown, environment: Record<string, string> = {}) {
  const path = join(folder, 'berth.json');
  writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
  return readSettings({ file: path, environment, options: {} });
}

test('nothing given gives the documented defaults', () => {
  const settings = readSettings({ file: undefined, environment: {}, options: {} });
  expect(settings).toMatchObject({
    api: { listen: '127.0.0.1:7070' },
    edge: { http: ':8080', baseDomain: 'localhost' },
  });
  expect(settings.engines).toEqual({ local: { host: 'unix:///var/run/docker.sock', default: true } });
});

test('the edge takes PROXY headers only where somebody is trusted to send them', () => {
  expect(() => read({ edge: { proxyProtocol: true } })).toThrow('name the proxies in edge.trustedProxies');
  expect(read({ edge: { proxyProtocol: true, trustedProxies: ['10.0.0.1'] } }).edge.proxyProtocol).toBe(true);
});

test('https can be left to another proxy', () => {
  expect(read({}).edge.https).toBe(':8443');
  expect(read({}, { BERTH_EDGE_HTTPS: 'off' }).edge.https).toBe('off');
  expect(() => read({}, { BERTH_EDGE_HTTPS: 'of' })).toThrow('or off');
});

test('a variable wins over the file, an option over both', () => {
  expect(read({ edge: { http: ':81', baseDomain: 'a.org' } }, { BERTH_EDGE_HTTP: ':82' }).edge).toMatchObject({
    http: ':82',
    baseDomain: 'a.org',
  });
  expect(readSettings({ file: undefined, environment: { BERTH_DATA: '/a' }, options: { data: '/b' } }).data).toBe('/b');
});

test('lists, numbers and tables can be given as variables', () => {
  const settings = read(
    {},
    {
      BERTH_EDGE_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      BERTH_RETENTION_EVENT_DAYS: '7',
      BERTH_EDGE_LIMITS_REQUESTS_PER_SECOND: '0.5',
      BERTH_EDGE_DEFAULT_APP: 'portal',
      BERTH_ENGINES: '{"far":{"host":"tcp://10.0.0.1:2376"}}',
    },
  );
  expect(settings.edge.trustedProxies).toEqual(['10.0.0.0/8', '::1']);
  expect(settings.retention.eventDays).toBe(7);
  expect(settings.edge).toMatchObject({ defaultApp: 'portal', limits: { ...defaultLimits, requestsPerSecond: 0.5 } });
  expect(settings.engines['far']?.host).toBe('tcp://10.0.0.1:2376');
});

test.each([
  ['an unknown key', { edgee: {} }, {}, 'edgee'],
  ['an unknown variable', {}, { BERTH_EGDE_HTTP: ':80' }, 'BERTH_EGDE_HTTP'],
  ['a port out of range', { api: { listen: '127.0.0.1:99999' } }, {}, 'api.listen'],
  ['a host that is no engine', { engines: { a: { host: 'http://x' } } }, {}, 'engines.a.host'],
  [
    'two defaults',
    { engines: { a: { host: 'tcp://x:1', default: true }, b: { host: 'tcp://y:1', default: true } } },
    {},
    'only one engine',
  ],
  ['a number that is none', {}, { BERTH_RETENTION_EVENT_DAYS: 'many' }, 'retention.eventDays'],
  ['broken JSON', '{', {}, 'cannot be read'],
  ['a list', [], {}, 'one JSON object'],
] as const)('%s stops the daemon with a word', (...[, file, environment, word]) => {
  expect(() => read(file, environment)).toThrow(word);
});

test('the engine of the environment is used where none is named', () => {
  expect(readSettings({ file: undefined, environment: { DOCKER_HOST: 'tcp://h:2375' }, options: {} }).engines).toEqual({
    local: { host: 'tcp://h:2375', default: true },
  });
});

test('every setting has a variable of its own', () => {
  const names = settingVariables().map((one) => one.variable);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain('BERTH_EDGE_BASE_DOMAIN');
});

test('settings cannot be changed by who gets them', () => {
  expect(Object.isFrozen(read({}).edge)).toBe(true);
});

test('the route API is off unless it is told where to listen, and takes its token from where JupyterHub has it', () => {
  expect(read({}).dialects).toEqual({});
  const environment = { BERTH_DIALECTS_CHP_LISTEN: '127.0.0.1:8001', CONFIGPROXY_AUTH_TOKEN: 'secret' };
  const { chp } = read({}, environment).dialects;
  expect(chp).toMatchObject({ listen: '127.0.0.1:8001', hostRouting: false });
  expect(chp?.token?.reveal()).toBe('secret');
  expect(JSON.stringify(chp)).not.toContain('"secret"');
  expect(read({ dialects: { chp: { token: 'own' } } }, environment).dialects.chp?.token?.reveal()).toBe('own');
});

test('the route API does not start without a token, nor where the default app has its hosts', () => {
  const dialects = { chp: { listen: ':8001' } };
  expect(() => read({ dialects })).toThrow('The dialect chp needs a token: set CONFIGPROXY_AUTH_TOKEN');
  const file = { dialects: { chp: { ...dialects.chp, token: 'x' } }, edge: { defaultApp: 'portal' } };
  expect(() => read(file)).toThrow('dialects.chp.host');
  expect(
    read({ ...file, dialects: { chp: { ...file.dialects.chp, host: 'hub.example.org' } } }).dialects.chp?.host,
  ).toBe('hub.example.org');
});

test('the Hosted Docker API takes its secret from where the original has it, and is not served without one', () => {
  const dialects = { hosted: { listen: ':7080' } };
  expect(() => read({ dialects })).toThrow('The dialect hosted needs a secret: set DEPLOY_KEY');
  expect(() => read({ dialects }, { DEPLOY_KEY: '' })).toThrow('DEPLOY_KEY');
  expect(read({ dialects }, { DEPLOY_KEY: 'key' }).dialects.hosted?.secret?.reveal()).toBe('key');
  const own = { hosted: { prefix: '/hosted', secret: 'own' } };
  expect(read({ dialects: own }, { DEPLOY_KEY: 'key' }).dialects.hosted?.secret?.reveal()).toBe('own');
  expect(read({}, { DEPLOY_KEY: 'key' }).dialects.hosted).toBeUndefined();
});

test('an older API is at one place', () => {
  for (const place of [{}, { listen: ':7080', prefix: '/hosted' }])
    expect(() => read({ dialects: { hosted: { ...place, secret: 'x' } } })).toThrow('needs either listen or prefix');
  expect(() => read({ dialects: { hosted: { prefix: '/v1/hosted', secret: 'x' } } })).toThrow('path of Berth’s own');
});

test('a secret is handed on, but shown nowhere', () => {
  const { acme } = read({ edge: { acme: { eabKeyId: 'a' } } }, { BERTH_EDGE_ACME_EAB_HMAC_KEY: 'hush' }).edge;
  expect(acme.eabHmacKey?.reveal()).toBe('hush');
  expect([String(acme.eabHmacKey), JSON.stringify(acme), inspect(acme)].join()).not.toContain('hush');
});

test('a list of tables can be given as a variable', () => {
  const { certificates } = read({}, { BERTH_EDGE_CERTIFICATES: '[{"certFile":"/a.pem","keyFile":"/b.pem"}]' }).edge;
  expect(certificates).toEqual([{ certFile: '/a.pem', keyFile: '/b.pem' }]);
});

test('certificates are not asked for where there is no https', () => {
  const acme = { directory: 'https://ca.example.com/dir', termsAgreed: true };
  expect(() => read({ edge: { acme, https: 'off' } })).toThrow('nobody would see them');
  expect(read({ edge: { acme } }).edge.acme.directory).toBe(acme.directory);
});

test.each([
  ['an authority whose terms were not agreed to', { directory: 'https://ca.example.com/dir' }, 'termsAgreed'],
  ['a directory that is no address', { directory: 'letsencrypt', termsAgreed: true }, 'directory'],
  ['half of a binding', { eabKeyId: 'a' }, 'go together'],
  ['a key that is no base64', { dns: { rfc2136: { server: 'ns', keyName: 'k', keySecret: '?' } } }, 'must be base64'],
  [
    'two DNS providers',
    { dns: { exec: { command: ['/bin/true'] }, webhook: { url: 'https://a.org', secret: 's' } } },
    'only one of',
  ],
])('%s stops the daemon with a word', (_, acme, word) => {
  expect(() => read({ edge: { acme } })).toThrow(word);
});

test('ports of the host are for programs of that host, unless the operator says otherwise', () => {
  expect(publishedAddressOf(read({}).policy)).toBe('127.0.0.1');
  expect(publishedAddressOf(read({ policy: { publishedPorts: 'none' } }).policy)).toBeNull();
  expect(publishedAddressOf(read({ policy: { publishedPorts: 'any' } }).policy)).toBe('0.0.0.0');
  const chosen = { publishedPorts: 'any', publishedAddress: '10.0.0.1' };
  expect(publishedAddressOf(read({ policy: chosen }).policy)).toBe('10.0.0.1');
  expect(() => read({ policy: { publishedAddress: '10.0.0.1' } })).toThrow('must be a loopback address');
});
