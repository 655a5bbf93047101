/** What a server has to make of some bytes, and where that is written. */
export interface StrictCase {
  /** Of RFC 9113, or of RFC 7541 where it begins with HPACK. */
  readonly section: string;
  readonly title: string;
  /** Behind the greeting, unless that is what the case is about. */
  readonly bytes: Buffer;
  readonly fate: StrictFate;
  /** Stands for the greeting: the preface and a SETTINGS frame. */
  readonly greeting?: Buffer;
  /** True where a further frame would itself be wrong: then nothing is sent behind the bytes. */
  readonly isOpenEnded?: boolean;
}

export type StrictFate =
  /** The request on the stream is answered with 200, whatever else is going on. */
  | { readonly kind: 'answered'; readonly stream: number }
  /** The connection goes on as if nothing had been said. */
  | { readonly kind: 'ignored' }
  /** The stream, or the whole connection, ends with one of the codes. */
  | { readonly kind: 'stream-error'; readonly stream: number; readonly codes: readonly number[] }
  | { readonly kind: 'connection-error'; readonly codes: readonly number[] }
  /** No request (RFC 9113, 8.1.1): an error of the stream, or an answer of the class 4xx. */
  | { readonly kind: 'malformed'; readonly stream: number };
