import { execChannel, type ExecControl } from '@berth/spec/terminal';

/** What the daemon says while a command runs. */
export type ExecMessage =
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'problem'; readonly document: unknown }
  | { readonly kind: 'unknown' };

/** Input for the command: the channel's byte, then the bytes as they came. */
export function renderInput(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(bytes.length + 1);
  frame[0] = execChannel.stdin;
  frame.set(bytes, 1);
  return frame;
}

export function renderControl(control: ExecControl): string {
  return JSON.stringify(control);
}

/** A frame as it came: bytes for output, text for everything else. */
export function parseMessage(data: unknown): ExecMessage {
  if (typeof data === 'string') return parseText(data);
  if (!(data instanceof ArrayBuffer) || data.byteLength === 0) return { kind: 'unknown' };
  const frame = new Uint8Array(data);
  const bytes = frame.subarray(1);
  if (frame[0] === execChannel.stdout) return { kind: 'output', stream: 'stdout', bytes };
  return frame[0] === execChannel.stderr ? { kind: 'output', stream: 'stderr', bytes } : { kind: 'unknown' };
}

function parseText(text: string): ExecMessage {
  const { exit, problem } = parseObject(text);
  if (typeof exit === 'number') return { kind: 'exit', code: exit };
  return problem === undefined ? { kind: 'unknown' } : { kind: 'problem', document: problem };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
