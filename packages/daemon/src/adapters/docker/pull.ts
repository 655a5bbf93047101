import { isProblem, Problem, type ProblemCode } from '@berth/spec/problem';
import type { EngineImages } from '../../ports/engine.ts';
import type { EngineClient } from './client.ts';
import { renderCancelled } from './connection-error.ts';
import { parseImageReference } from './image-reference.ts';
import { readJsonLines } from './json-lines.ts';
import { createPullProgress, type ProgressLine } from './pull-progress.ts';
import { renderRegistryAuth } from './registry-auth.ts';
import { renderRefusal } from './refusal.ts';

/** Pulls one image. The engine may refuse by status or, after it has begun, by a line of its stream. */
export async function pullImage(
  client: EngineClient,
  reference: string,
  options: Parameters<EngineImages['pull']>[1],
): Promise<void> {
  const { repository, tag } = parseImageReference(reference);
  const advance = createPullProgress();
  const toDo = `pull ${reference}`;
  try {
    const bytes = await client.open({
      method: 'POST',
      path: '/images/create',
      query: { fromImage: repository, tag },
      headers: renderRegistryAuth(options.credential),
      subject: 'image',
      toDo,
      silenceMs: client.timeouts.idleMs,
      ...(options.signal && { signal: options.signal }),
    });
    for await (const line of readJsonLines<ProgressLine>(bytes)) {
      if (line.error !== undefined)
        throw renderRefusal({ message: line.error, subject: 'image', doing: client.explain(toDo) });
      options.onProgress?.(advance(line));
    }
  } catch (error) {
    if (options.signal?.aborted) throw renderCancelled(client.explain(toDo), options.signal);
    throw renderPullProblem(error);
  }
}

const rules: readonly { readonly says: RegExp; readonly code: ProblemCode; readonly next: string }[] = [
  {
    says: /unauthorized|denied|authentication required|no basic auth credentials|incorrect username or password/i,
    code: 'image-refused',
    next: 'Check that the image exists, and give a credential for its registry that may read it.',
  },
  {
    says: /manifest unknown|name unknown|not found|does not exist|repository name not known/i,
    code: 'image-not-found',
    next: 'Check the name and the tag.',
  },
  {
    says: /connection refused|timeout|timed out|deadline exceeded|no such host|server misbehaving|no route to host|network is unreachable|connection reset|\bEOF\b|tls:|x509:|HTTP response to HTTPS|request canceled/i,
    code: 'registry-unreachable',
    next: 'Check the registry’s address, and that the engine reaches it.',
  },
];

/** Says what the engine's words about a registry mean; a failure of the engine itself stays what it is. */
export function renderPullProblem(error: unknown): unknown {
  if (!isProblem(error, 'engine-failed', 'image-not-found', 'engine-conflict')) return error;
  const rule = rules.find(({ says }) => says.test(error.message));
  return rule === undefined ? error : new Problem(rule.code, `${error.message} ${rule.next}`, { cause: error });
}
