import { Edge } from '@berth/spec/edge';
import { renewEdge, showEdge } from '../../use-cases/edge.ts';
import { answer, json } from '../answer.ts';
import { endpoint } from '../endpoint.ts';

export const edgeEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/edge',
    operationId: 'getEdge',
    summary: 'Read how the edge is, and where it listens',
    description: 'For administrators.',
    answers: { 200: json(Edge, 'The edge process.') },
    problems: ['edge-unreachable'],
    handle: async ({ context, actor }) => answer(200, await showEdge(context, actor)),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/edge/actions/renew',
    operationId: 'renewEdge',
    summary: 'Put a fresh process in the edge’s place',
    description:
      'For administrators. The new process has the sockets, routes and certificates of the old one before that one takes no more visitors; what is under way ends in the old one within 30 s. When the new one does not come up, the old one goes on.',
    answers: { 200: json(Edge, 'The new process.') },
    problems: ['edge-unreachable'],
    handle: async ({ context, actor }) => answer(200, await renewEdge(context, actor)),
  }),
];
