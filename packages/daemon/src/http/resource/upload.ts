import { UserName } from '@berth/spec/name';
import { UploadPage } from '@berth/spec/page';
import { Upload, UploadId, UploadName } from '@berth/spec/upload';
import { z } from 'zod';
import { keepUpload, listUploads, readUpload, removeUpload } from '../../use-cases/uploads.ts';
import { answer, json, nothing, streamed } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { wholePage } from '../paging.ts';
import { Bytes, bytesType } from '../passed-body.ts';

const UploadParams = z.strictObject({ id: UploadId });

export const uploadEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/uploads',
    operationId: 'listUploads',
    summary: 'List uploaded files',
    answers: { 200: json(UploadPage, 'All of them, oldest first.') },
    problems: [],
    handle: ({ context, actor }) => answer(200, wholePage(listUploads(context, actor))),
  }),
  endpoint({
    method: 'POST',
    path: '/v1/uploads',
    operationId: 'addUpload',
    summary: 'Upload a file, to be put into apps',
    description:
      'Name its id as `files[].upload` of an app. It stays as long as an app refers to it, and a day (`uploads.keepHours`) longer.',
    query: z.strictObject({
      name: UploadName.describe('What it is called for people.'),
      owner: UserName.optional().describe('Default: the caller. Only administrators may name another.'),
    }),
    body: Bytes,
    bodyTypes: [bytesType],
    idempotencyKey: 'never',
    answers: { 201: json(Upload, 'Kept.') },
    problems: ['policy-refused'],
    handle: async ({ context, actor, query, body }) =>
      answer(201, await keepUpload(context, actor, { ...query, source: body })),
  }),
  endpoint({
    method: 'GET',
    path: '/v1/uploads/{id}/content',
    operationId: 'readUpload',
    summary: 'Read an uploaded file back',
    params: UploadParams,
    answers: { 200: streamed('Its bytes.', { [bytesType]: Bytes }) },
    problems: ['upload-not-found'],
    handle: ({ context, actor, params }) =>
      answer(200, { mediaType: bytesType, source: readUpload(context, actor, params.id) }),
  }),
  endpoint({
    method: 'DELETE',
    path: '/v1/uploads/{id}',
    operationId: 'removeUpload',
    summary: 'Drop an upload that no app refers to',
    params: UploadParams,
    answers: { 204: nothing('It is gone.') },
    problems: ['upload-not-found', 'still-in-use'],
    handle: async ({ context, actor, params }) => {
      await removeUpload(context, actor, params.id);
      return answer(204, null);
    },
  }),
];
