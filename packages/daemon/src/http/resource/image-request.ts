import {
  ImageApproval,
  ImageRejection,
  ImageRequest,
  ImageRequestInput,
  ImageRequestState,
} from '@berth/spec/image-request';
import { ImageRequestPage } from '@berth/spec/page';
import { z } from 'zod';
import type { ImageRequest as ImageRequestRecord } from '../../core/image-request.ts';
import type { Actor } from '../../use-cases/actor.ts';
import { approveImage, rejectImage } from '../../use-cases/decide-image-request.ts';
import {
  askForImage,
  awaitImageRequest,
  getImageRequest,
  listImageRequests,
  viewImageRequest,
} from '../../use-cases/image-requests.ts';
import { answer, json } from '../answer.ts';
import { type Call, endpoint } from '../endpoint.ts';
import { Wait, waitMs } from '../moment.ts';
import { wholePage } from '../paging.ts';

const RequestParams = z.strictObject({
  id: z.string().regex(/^[0-9A-Za-z-]{1,64}$/, 'must be the id of an image request'),
});

const WaitQuery = z.strictObject({
  wait: Wait.optional().describe('Wait so long for the end of the pull, such as `30s` or `2m`, at most `10m`.'),
});

type WaitingCall = Pick<
  Call<unknown, z.output<typeof WaitQuery>, unknown, Actor>,
  'context' | 'actor' | 'query' | 'signal'
>;

/** As it is, or after the end of its pull where the caller waits for that. */
function settle(
  { context, actor, query, signal }: WaitingCall,
  request: ImageRequestRecord,
): Promise<ImageRequestRecord> {
  if (query.wait === undefined) return Promise.resolve(request);
  return awaitImageRequest(context, actor, { id: request.id, timeoutMs: waitMs(query.wait), signal: signal() });
}

const decisionProblems = ['image-request-not-found', 'wrong-state', 'policy-refused'] as const;

export const imageRequestEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/image-requests',
    operationId: 'listImageRequests',
    summary: 'List what images were asked for, and what became of it',
    description: 'Newest first. For administrators all of them, for others those that they asked for.',
    query: z.strictObject({ state: ImageRequestState.optional().describe('Only those in this state.') }),
    answers: { 200: json(ImageRequestPage, 'All of them.') },
    problems: [],
    handle: ({ context, actor, query }) => answer(200, wholePage(listImageRequests(context, actor, query))),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/image-requests',
    operationId: 'requestImage',
    summary: 'Ask that an image may be used on an engine',
    description:
      'Where the policy asks for no approval it is pulled at once; else administrators decide, and it is pulled then. Who asks for what is asked for already joins that request, and what is approved already is answered as it is, unless `renew` asks for what the name means now.',
    query: WaitQuery,
    body: ImageRequestInput,
    answers: {
      200: json(ImageRequest, 'It may be used, or could not be pulled: `state` tells.'),
      202: json(ImageRequest, 'It is being pulled, or waits for a decision.', { Location: 'Where it can be read.' }),
    },
    problems: ['policy-refused', 'engine-unreachable'],
    handle: async ({ context, actor, query, body, signal }) => {
      const { image: reference, ...wish } = body;
      const asked = await askForImage(context, actor, { reference, ...wish });
      const request = await settle({ context, actor, query, signal }, asked);
      const view = viewImageRequest(context, actor, request);
      if (request.state !== 'pending' && request.state !== 'approved') return answer(200, view);
      return answer(202, view, { location: `/v1/image-requests/${request.id}` });
    },
  }),
  endpoint({
    method: 'GET',
    path: '/v1/image-requests/{id}',
    operationId: 'getImageRequest',
    summary: 'Read what became of a request, and how far its pull is',
    params: RequestParams,
    query: WaitQuery,
    answers: {
      200: json(ImageRequest, 'The request: how it is now, or at the end of its pull, or when `wait` is over.'),
    },
    problems: ['image-request-not-found'],
    handle: async ({ context, actor, params, query, signal }) => {
      const request = await settle(
        { context, actor, query, signal },
        getImageRequest(context.ledger.books, actor, params.id),
      );
      return answer(200, viewImageRequest(context, actor, request));
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/image-requests/{id}/approve',
    operationId: 'approveImageRequest',
    summary: 'Let an image be used: it is pulled and pinned',
    description:
      'For administrators. What comes by the pull is what apps are made of from then on, also when its name means something else in the registry later. A request that failed is tried again.',
    params: RequestParams,
    query: WaitQuery,
    body: ImageApproval.default({}),
    answers: {
      200: json(ImageRequest, 'Approved; how it stands, at the end of its pull where `wait` was long enough.'),
    },
    problems: decisionProblems,
    handle: async ({ context, actor, params, query, body, signal }) => {
      const approved = await approveImage(context, actor, { ...params, ...body });
      const request = await settle({ context, actor, query, signal }, approved);
      return answer(200, viewImageRequest(context, actor, request));
    },
  }),
  endpoint({
    method: 'POST',
    path: '/v1/image-requests/{id}/reject',
    operationId: 'rejectImageRequest',
    summary: 'Refuse an image, or take its approval back',
    description: 'For administrators. Apps that were made of it go on; no new release is made of it.',
    params: RequestParams,
    body: ImageRejection.default({}),
    answers: { 200: json(ImageRequest, 'Rejected.') },
    problems: decisionProblems,
    handle: async ({ context, actor, params, body }) => {
      const request = await rejectImage(context, actor, { ...params, ...body });
      return answer(200, viewImageRequest(context, actor, request));
    },
  }),
];
