import { Credential, CredentialRequest } from '@berth/spec/access';
import { ShortName, UserName } from '@berth/spec/name';
import { CredentialPage } from '@berth/spec/page';
import { z } from 'zod';
import { listCredentials, putCredential, removeCredential } from '../../use-cases/credentials.ts';
import { answer, json, nothing } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { wholePage } from '../paging.ts';

const CredentialParams = z.strictObject({ name: ShortName });

const OwnerQuery = z.strictObject({
  owner: UserName.optional().describe('Default: the caller. Only administrators may name another.'),
});

export const credentialEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/credentials',
    operationId: 'listCredentials',
    summary: 'List registry credentials, without their passwords',
    answers: { 200: json(CredentialPage, 'All of them.') },
    problems: [],
    handle: ({ context, actor }) => answer(200, wholePage(listCredentials(context, actor))),
  }),
  endpoint({
    method: 'PUT',
    path: '/v1/credentials/{name}',
    operationId: 'putCredential',
    summary: 'Keep a registry credential',
    params: CredentialParams,
    query: OwnerQuery,
    body: CredentialRequest,
    answers: { 200: json(Credential, 'Changed; the next pull uses it.'), 201: json(Credential, 'Kept.') },
    problems: [],
    handle: async ({ context, actor, params, query, body }) => {
      const { credential, created } = await putCredential(context, actor, {
        name: params.name,
        owner: query.owner,
        request: body,
      });
      return answer(created ? 201 : 200, credential);
    },
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/credentials/{name}',
    operationId: 'removeCredential',
    summary: 'Forget a registry credential that no current release names',
    params: CredentialParams,
    query: OwnerQuery,
    answers: { 204: nothing('Forgotten.') },
    problems: ['credential-not-found', 'still-in-use'],
    handle: async ({ context, actor, params, query }) => {
      await removeCredential(context, actor, { name: params.name, owner: query.owner });
      return answer(204, null);
    },
  }),
];
