import { CopyPath } from '@berth/spec/name';
import { z } from 'zod';
import { readFiles, writeFiles } from '../../use-cases/copy-files.ts';
import { answer, nothing, streamed } from '../answer.ts';
import { endpoint } from '../endpoint.ts';
import { Tar, tarType } from '../passed-body.ts';
import { engineProblems } from '../problem-set.ts';
import { AppParams } from './app.ts';
import { InstanceId } from './instance-id.ts';

const FileQuery = z.strictObject({ path: CopyPath, instance: InstanceId.optional() });

const fileProblems = [
  'app-not-found',
  'instance-not-found',
  'file-not-found',
  'wrong-state',
  'engine-not-found',
  ...engineProblems,
] as const;

export const fileEndpoints = [
  endpoint({
    method: 'GET',
    path: '/v1/apps/{name}/files',
    operationId: 'readAppFiles',
    summary: 'Copy a file or directory out of an instance',
    params: AppParams,
    query: FileQuery,
    answers: { 200: streamed('A tar archive of it.', { [tarType]: Tar }) },
    problems: fileProblems,
    handle: async (call) => {
      const { context, actor, params, query } = call;
      const source = await readFiles(context, actor, { name: params.name, ...query, signal: call.signal() });
      return answer(200, { mediaType: tarType, source });
    },
  }),
  endpoint({
    method: 'PUT',
    path: '/v1/apps/{name}/files',
    operationId: 'writeAppFiles',
    summary: 'Unpack a tar archive into a directory of an instance',
    description: 'What lies in no volume goes with the instance.',
    params: AppParams,
    query: FileQuery,
    body: Tar,
    bodyTypes: [tarType],
    idempotencyKey: 'never',
    answers: { 204: nothing('It is unpacked.') },
    problems: fileProblems,
    handle: async ({ context, actor, params, query, body }) => {
      await writeFiles(context, actor, { name: params.name, ...query, tar: body });
      return answer(204, null);
    },
  }),
];
