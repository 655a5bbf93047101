import { isProblem, Problem } from '@berth/spec/problem';

/** Translates what `node:http`, `node:net` and `node:tls` throw; problems pass unchanged. */
export function renderConnectionProblem(error: unknown, doing: string): Problem {
  if (isProblem(error)) return error;
  const code = findErrorCode(error);
  if (code === 'EACCES')
    return unreachable(error, `${doing}: access to its socket is denied. Run Berth as a user who may use the socket.`);
  if (/CERT|TLS|SSL|SELF_SIGNED|VERIFY/.test(code)) {
    return unreachable(error, `${doing}: TLS failed (${code}). Check the engine's tls settings and certificates.`);
  }
  if (code.startsWith('HPE_'))
    return new Problem(
      'engine-failed',
      `${doing}: what answers there does not speak HTTP. Check the engine's host setting.`,
      { cause: error },
    );
  return unreachable(error, `${doing}: ${findReason(code)}. Check that the engine runs.`);
}

/** The engine accepted no connection in time. */
export function renderConnectTimeout(doing: string, timeoutMs: number): Problem {
  return new Problem(
    'engine-unreachable',
    `${doing}: no connection within ${timeoutMs} ms. Check that the engine runs and its host setting.`,
  );
}

/** The engine has the request and is silent. */
export function renderSilence(doing: string, timeoutMs: number): Problem {
  return new Problem(
    'engine-timeout',
    `${doing}: the engine was silent for ${timeoutMs} ms. Check the load and the log of the engine.`,
  );
}

/** The caller gave up. A problem given as the reason of the abort is kept. */
export function renderCancelled(doing: string, signal: AbortSignal): Problem {
  return isProblem(signal.reason)
    ? signal.reason
    : new Problem('operation-superseded', `${doing}: the call was cancelled.`);
}

/** The data to send ended before its time. */
export function renderBrokenSource(doing: string, cause: unknown): Problem {
  return isProblem(cause)
    ? cause
    : new Problem('malformed-request', `${doing}: the data to send broke off.`, { cause });
}

/** True for the errors of a kept connection that the engine had closed meanwhile. */
export function isReset(error: unknown): boolean {
  return ['ECONNRESET', 'EPIPE'].includes(findErrorCode(error));
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its socket does not exist',
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its host name is unknown',
  EAI_AGAIN: 'its host name could not be looked up',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its host',
};

function findReason(code: string): string {
  return reasons[code] ?? 'the connection broke';
}

function findErrorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function unreachable(cause: unknown, detail: string): Problem {
  return new Problem('engine-unreachable', detail, { cause });
}
