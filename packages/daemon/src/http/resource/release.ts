import { ReleasePage } from '@berth/spec/page';
import { Release } from '@berth/spec/release';
import { z } from 'zod';
import { parseCursor, renderCursor } from '../../use-cases/page.ts';
import { listReleases, showRelease } from '../../use-cases/releases.ts';
import { answer, json } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { numberCursor, PagingQuery } from '../paging.ts';
import { AppParams } from './app.ts';

export const releaseEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}/releases',
    operationId: 'listReleases',
    summary: 'List the releases of an app, newest first',
    params: AppParams,
    query: PagingQuery,
    answers: { 200: json(ReleasePage, 'One page of them.') },
    problems: ['app-not-found'],
    handle: async ({ context, actor, params, query }) => {
      const before = numberCursor(parseCursor(query.cursor));
      const { items, next } = await listReleases(context, actor, { name: params.name, before, limit: query.limit });
      return answer(200, { items, next: next === null ? null : renderCursor(String(next)) });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}/releases/{number}',
    operationId: 'getRelease',
    summary: 'Read one release of an app',
    params: AppParams.extend({ number: z.string().regex(/^[1-9]\d{0,9}$/, 'must be the number of a release') }),
    answers: { 200: json(Release, 'The release.') },
    problems: ['app-not-found', 'release-not-found'],
    handle: async ({ context, actor, params }) => {
      const body = await showRelease(context, actor, { name: params.name, number: Number(params.number) });
      return answer(200, body);
    },
  }),
];
