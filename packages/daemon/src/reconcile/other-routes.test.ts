import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EdgeRoute, routeKey } from '../core/route-table.ts';
import { Router } from './router.ts';
import { TestControl } from './test-control.contract.ts';

let control: TestControl;
beforeEach(async () => {
  control = await TestControl.start();
});
afterEach(() => control.close());

const other = (host: string, pathPrefix: string): EdgeRoute => ({
  host,
  pathPrefix,
  stripPrefix: false,
  app: pathPrefix,
  targets: [{ instance: 'other', host: '10.0.0.1', port: 80 }],
  unavailable: null,
});

const hosts = () => Object.fromEntries(control.edge.routes.map(({ host, app }) => [host, app]));

test('routes that lead to no app are sent with the apps’, and give way to them', async () => {
  const others = [other('*', '/user/zoe'), other('blog.localhost', '/')];
  const router = new Router({ ...control.world, listOtherRoutes: () => others });
  await router.complete();
  expect(hosts()).toEqual({ '*': '/user/zoe', 'blog.localhost': '/' });
  const own = { ...other('blog.localhost', '/'), app: 'blog' };
  router.settle('blog', new Map([[routeKey(own), own]]));
  await router.replay();
  expect(hosts()).toEqual({ '*': '/user/zoe', 'blog.localhost': 'blog' });
});
