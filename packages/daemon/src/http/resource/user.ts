import { NewToken, Token, TokenRequest, User, UserDetail, UserRequest } from '@berth/spec/access';
import { UserName } from '@berth/spec/name';
import { TokenPage, UserPage } from '@berth/spec/page';
import { Caller } from '@berth/spec/service';
import { z } from 'zod';
import { createToken, listTokens, removeToken } from '../../use-cases/tokens.ts';
import { listUsers, putUser, removeUser, showUser } from '../../use-cases/users.ts';
import { answer, json, nothing } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { wholePage } from '../paging.ts';

const UserParams = z.strictObject({ name: UserName });

export const userEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/me',
    operationId: 'getCaller',
    summary: 'Read who the token says you are',
    answers: { 200: json(Caller, 'You.') },
    problems: [],
    handle: ({ actor: { user, role, scopes } }) => answer(200, { user, role, scopes: [...scopes] }),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/users',
    operationId: 'listUsers',
    summary: 'List users; who is no administrator sees one',
    answers: { 200: json(UserPage, 'All of them.') },
    problems: [],
    handle: ({ context, actor }) => answer(200, wholePage(listUsers(context, actor))),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/users/{name}',
    operationId: 'getUser',
    summary: 'Read a user, with what the apps come to and may come to',
    params: UserParams,
    answers: { 200: json(UserDetail, 'The user.') },
    problems: ['user-not-found'],
    handle: ({ context, actor, params }) => answer(200, showUser(context, actor, params.name)),
  }),
  endpoint({
    method: 'PUT',
    path: '/v1/users/{name}',
    operationId: 'putUser',
    summary: 'Make a user, or change the role or the quota of one',
    params: UserParams,
    body: UserRequest,
    answers: { 200: json(User, 'Changed.'), 201: json(User, 'Made.') },
    problems: ['still-in-use'],
    handle: async ({ context, actor, params, body }) => {
      const { user, created } = await putUser(context, actor, { name: params.name, ...body });
      return answer(created ? 201 : 200, user);
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/users/{name}',
    operationId: 'removeUser',
    summary: 'Remove a user who has no apps, with all tokens and credentials',
    params: UserParams,
    answers: { 204: nothing('Removed.') },
    problems: ['user-not-found', 'still-in-use'],
    handle: async ({ context, actor, params }) => {
      await removeUser(context, actor, params.name);
      return answer(204, null);
    },
  }),
];

export const tokenEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/tokens',
    operationId: 'listTokens',
    summary: 'List tokens, without their secrets, newest first',
    answers: { 200: json(TokenPage, 'All of them.') },
    problems: [],
    handle: ({ context, actor }) => answer(200, wholePage(listTokens(context, actor))),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/tokens',
    operationId: 'createToken',
    summary: 'Make a token that can do no more, and lives no longer, than yours',
    body: TokenRequest.prefault({}),
    // Its answer holds the secret, of which only the hash is kept.
    idempotencyKey: 'never',
    answers: {
      201: json(NewToken, 'The token, with its secret: it is shown this once.', { 'Cache-Control': '`no-store`.' }),
    },
    problems: [],
    handle: async ({ context, actor, body }) => {
      return answer(201, await createToken(context, actor, body), { 'cache-control': 'no-store' });
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/tokens/{id}',
    operationId: 'removeToken',
    summary: 'Revoke a token',
    params: z.strictObject({ id: Token.shape.id.regex(/^[0-9A-Za-z-]{1,64}$/, 'must be the id of a token') }),
    answers: { 204: nothing('It is refused from now on.') },
    problems: ['token-not-found'],
    handle: async ({ context, actor, params }) => {
      await removeToken(context, actor, params.id);
      return answer(204, null);
    },
  }),
];
