import { Problem } from '@berth/spec/problem';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openTestSrc, type TestSrc } from './test-src.contract.ts';

let src: TestSrc;
beforeEach(async () => {
  src = await openTestSrc();
});
afterEach(() => src.close());

const create = (image: string, user: string) =>
  src.tell(`POST create-app?image=${encodeURIComponent(image)}&user=${encodeURIComponent(user)}`);
const names = async () => (await src.call('GET get-app-names')).body as string[];

describe('create-app', () => {
  test('asks for the image, the user and the image’s presence in this order', async () => {
    expect(await src.tell('POST create-app')).toBe('400 No image name provided');
    expect(await src.tell('POST create-app?user=ada')).toBe('400 No image name provided');
    expect(await src.tell('POST create-app?image=none')).toBe('400 No user name provided');
    expect(await create('none', 'ada')).toBe('400 Could not find image "none"');
    expect(await create('httpd:9', 'ada')).toBe('400 Could not find image "httpd:9"');
    expect(await create('httpd', 'ada')).toBe('200 Success');
    expect(await create('httpd', 'ada')).toBe('400 App already exists');
    expect(await names()).toEqual(['httpd--ada']);
  });

  test.each(['-ada', 'a--b', 'a b', 'a/b', 'ada;id'])('refuses a user called %s', async (user) => {
    expect(await create('httpd', user)).toMatch(/^400 Invalid user name "/);
    expect(src.api.world.ledger.books.users.has(user)).toBe(false);
  });

  test('makes an app that is not started, of a user who may be new', async () => {
    await create('httpd', 'ada');
    expect(await src.state('httpd--ada')).toBe('created');
    const { body } = await src.api.call('GET /v1/apps/httpd--ada');
    expect(body).toMatchObject({ owner: 'ada', desired: 'stopped', spec: { restart: 'never', pull: 'never' } });
  });

  test('takes any image’s name and any user’s, and shows them as they were given', async () => {
    src.api.engine.controls.addImage({ reference: 'registry.example.org:5000/team/httpd:2.4' });
    const given = [
      ['httpd', 'Ada_L'],
      ['httpd:latest', 'ada'],
      ['registry.example.org:5000/team/httpd:2.4', 'ada'],
    ] as const;
    const expected = given.map(([image, user]) => `${image}--${user}`);
    for (const [image, user] of given) expect(await create(image, user)).toBe('200 Success');
    expect((await names()).toSorted()).toEqual(expected.toSorted());
    expect((await src.call('GET get-users')).body).toEqual(['Ada_L', 'ada']);
    expect((await src.call('GET get-app-names?user=Ada_L')).body).toEqual(['httpd--Ada_L']);
    for (const name of expected) {
      expect(await src.tell(`POST start-app?name=${encodeURIComponent(name)}`)).toBe('200 Success');
      const query = `name=${encodeURIComponent(name)}`;
      const line = (await src.call(`GET get-app-status?${query}`)).body;
      expect(line).toMatchObject({ Names: name, State: 'running', Labels: `src.name=${name}` });
      expect((await src.call(`GET get-app-stats?${query}`)).body).toMatchObject({ Name: name });
      expect((await src.call(`GET get-app-info?${query}`)).body).toMatchObject({ Name: `/${name}` });
    }
  });

  test('leaves nothing of an app that could not be made', async () => {
    src.api.engine.controls.failNext('containers.create', new Problem('engine-disk-full', 'no space left'));
    for (let time = 0; time < 20; time += 1)
      src.api.engine.controls.failNext('containers.create', new Problem('engine-failed', 'no space left'));
    const { status, text } = await src.call('POST create-app?image=httpd&user=ada');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).toContain('no space left');
    await expect.poll(names).toEqual([]);
  });
});

describe('apps that were made elsewhere', () => {
  test('are shown by their own names and can be used, but nobody else’s containers', async () => {
    await src.api.deploy('web', { owner: undefined });
    await src.api.engine.containers.create({
      ...foreign,
      name: 'stranger',
      labels: { 'src.name': 'httpd--ada' },
    });
    expect(await names()).toEqual(['web']);
    expect((await src.call('GET get-users')).body).toEqual(['admin']);
    expect(await src.tell('POST pause-app?name=web')).toBe('200 Success');
    expect((await src.call('GET get-app-status')).body).toMatchObject([{ Names: 'web', State: 'paused' }]);
    expect(await src.tell('POST start-app?name=stranger')).toBe('400 Unable to find app "stranger"');
    expect(await src.tell('POST start-app?name=httpd--ada')).toBe('400 Unable to find app "httpd--ada"');
    expect(await create('httpd', 'ada')).toBe('200 Success');
  });

  test('cannot take a name by a label', async () => {
    await src.api.deploy('web', { labels: { 'src.name': 'httpd--ada' } });
    expect(await names()).toEqual(['web']);
    expect(await create('httpd', 'ada')).toBe('200 Success');
    expect(await names()).toEqual(['httpd--ada', 'web']);
  });

  test('cannot take a user’s name by a label', async () => {
    await src.api.deploy('httpd--bob', { labels: { 'src.name': 'httpd--bob' } });
    expect((await src.call('GET get-users')).body).toEqual(['admin']);
    expect((await src.call('GET get-app-names?user=bob')).body).toEqual([]);
    expect(await create('httpd', 'bob')).toBe('400 App already exists');
  });
});

describe('in a swarm', () => {
  beforeEach(() => src.api.engine.controls.setSwarm(true));

  test('an app is started when it is made, and goes when it is killed', async () => {
    expect(await create('httpd', 'ada')).toBe('200 Success');
    expect(await src.state('httpd--ada')).toBe('running');
    expect(await src.tell('POST kill-app?name=httpd--ada')).toBe('200 Success');
    expect(await names()).toEqual([]);
    expect(await src.tell('POST kill-app?name=httpd--ada')).toBe('400 Unable to find app "httpd--ada"');
  });

  test('nodes are told', async () => {
    expect((await src.call('GET get-node-names')).body).toEqual(['memory']);
    const line = {
      Availability: 'Active',
      EngineVersion: '29.0.0',
      Hostname: 'memory',
      ManagerStatus: 'Leader',
      Self: true,
      Status: 'Ready',
      TLSStatus: 'Ready',
    };
    expect((await src.call('GET get-node-status')).body).toMatchObject([line]);
    expect((await src.call('GET get-node-status?hostname=memory')).body).toMatchObject(line);
    expect(await src.tell('GET get-node-status?hostname=none')).toBe("400 Unable to find node 'none'");
    expect(await src.tell('GET get-node-info')).toBe('400 No hostname provided');
    expect(await src.tell('GET get-node-info?hostname=none')).toBe("400 Unable to find node 'none'");
    expect((await src.call('GET get-node-info?hostname=memory')).body).toMatchObject([
      { Description: { Hostname: 'memory' } },
    ]);
  });
});

describe('images', () => {
  test('are asked for and there before the answer', async () => {
    src.api.engine.controls.offer({ reference: 'hub.example/team/tool:1' });
    expect(await src.tell('POST request-image')).toBe('400 No image name provided');
    expect(await create('hub.example/team/tool:1', 'ada')).toBe('400 Could not find image "hub.example/team/tool:1"');
    expect(await src.tell('POST request-image?image=hub.example/team/tool:1')).toBe('200 Success');
    expect(await create('hub.example/team/tool:1', 'ada')).toBe('200 Success');
  });

  test('that cannot be had are refused with the engine’s reason', async () => {
    const { status, text } = await src.call('POST request-image?image=hub.example/none:1');
    expect(status).toBe(400);
    expect(text).toMatch(/^Could not pull image 'hub\.example\/none:1':\n.+/s);
  });

  test('are listed as by the CLI, with the number of apps of each reference', async () => {
    await create('httpd', 'ada');
    await create('httpd', 'bob');
    const images = (await src.call('GET get-images')).body as { Repository: string }[];
    const httpd = images.find(({ Repository }) => Repository === 'httpd');
    expect(httpd).toMatchObject({ Tag: 'latest', Containers: 'N/A', CreatedContainerCount: 2 });
    expect(images.length).toBeGreaterThan(3);
  });
});

const foreign = {
  image: 'httpd:latest',
  env: {},
  stopGraceSeconds: 1,
  ports: [],
  volumes: [],
  tmpfs: [],
  limits: { pids: 10 },
  readOnlyRoot: false,
  noNewPrivileges: true,
  log: { maxSizeBytes: 1000, maxFiles: 1 },
};
