import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readSettings } from './read-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-connector-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(connector: string | undefined, more: object = {}, { engines = {}, environment = {} } = {}) {
  const [file, connectorFile] = [join(folder, 'berth.json'), join(folder, 'genisys-connector.yml')];
  if (connector !== undefined) writeFileSync(connectorFile, connector);
  const genisys = { ...(connector === undefined ? {} : { connectorFile }), ...more };
  writeFileSync(file, JSON.stringify({ engines, dialects: { genisys } }));
  const { dialects, engines: found } = readSettings({ file, environment, options: {} });
  return { ...dialects.genisys, engine: found['local']?.host };
}

const document = `connector:
  # Server address to bind to.
  bind: 127.0.0.2
  port: 7052
  service_file: ./services.yml
docker:
  url: unix://var/run/docker.sock
`;

test('a connector listens where the original did unless it is told', () => {
  expect(read(undefined)).toMatchObject({ listen: '127.0.0.1:7051', owner: 'genisys', apps: 'all' });
  expect(read('')).toMatchObject({ listen: '127.0.0.1:7051' });
  expect(read(undefined, { listen: '127.0.0.1:9' })).toMatchObject({ listen: '127.0.0.1:9' });
  expect(read(undefined, { prefix: '/genisys' })).toMatchObject({ prefix: '/genisys', listen: undefined });
  expect(() => read(undefined, { prefix: '/genisys', listen: ':1' })).toThrow('either listen or prefix');
});

test('the original’s file says where it listens, which services there are and which engine runs them', () => {
  expect(read(document)).toMatchObject({
    listen: '127.0.0.2:7052',
    serviceFile: join(folder, 'services.yml'),
    engine: 'unix:///var/run/docker.sock',
  });
  expect(read('connector: {bind: "::1"}')).toMatchObject({ listen: '[::1]:7051' });
});

test('Berth’s own settings win over the original’s file', () => {
  const own = { listen: '127.0.0.1:1', serviceFile: '/srv/services.json' };
  const elsewhere = 'docker: {url: "tcp://10.0.0.9:2375"}';
  expect(read(document, own)).toMatchObject(own);
  expect(read(elsewhere).engine).toBe('tcp://10.0.0.9:2375');
  expect(read(elsewhere, {}, { environment: { DOCKER_HOST: 'unix:///x.sock' } }).engine).toBe('unix:///x.sock');
  expect(read(elsewhere, {}, { engines: { local: { host: 'unix:///y.sock' } } }).engine).toBe('unix:///y.sock');
});

test.each([
  ['connector: {prot: 7051}', 'prot'],
  ['connector: {port: 70511}', '65535'],
  ['docker: {url: "ssh://host"}', 'docker.url'],
  ['connector: [', 'is not valid'],
  ['a: !!python/object/apply:os.system ["touch /tmp/x"]', 'is not valid'],
])('a file that is no connector’s stops the daemon: %s', (text, why) => {
  expect(() => read(text)).toThrow(why);
});

test('a file that is not there stops the daemon', () => {
  expect(() => read(undefined, { connectorFile: join(folder, 'none.yml') })).toThrow('none.yml');
});
