import { flag, headers, pack, request } from './frame.ts';

export const post = request({ ':method': ['POST'] });
export const answered = { kind: 'answered', stream: 1 } as const;
export const ignored = { kind: 'ignored' } as const;
export const broken = (...codes: number[]) => ({ kind: 'connection-error', codes }) as const;
export const ended = (...codes: number[]) => ({ kind: 'stream-error', stream: 1, codes }) as const;
export const bytes = (...parts: readonly Buffer[]) => Buffer.concat(parts);
export const zeros = (length: number) => Buffer.alloc(length);
/** A head that is not whole yet, and what is missing. */
export const begun = headers(1, pack(request()).subarray(0, 20), flag.endStream);
export const rest = pack(request()).subarray(20);
