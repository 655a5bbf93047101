/** Somebody asks that an image may be used, and what became of it. All times are epoch milliseconds. */
export interface ImageRequest {
  readonly id: string;
  readonly engine: string;
  /** As it was asked for. */
  readonly reference: string;
  readonly requestedBy: string;
  /** What the one who asks says of it; empty when nothing. */
  readonly purpose: string;
  readonly state: ImageRequestState;
  /** Null while nobody has decided; `policy` where none needed to. */
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  /** Why it was rejected, or why the pull failed; null otherwise. */
  readonly reason: string | null;
  /** What the reference was pinned to when it was pulled: `sha256:…`; null before, and for an image of no registry. */
  readonly digest: string | null;
  /** The engine's id of it; null until it is there. */
  readonly imageId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** `approved`: being pulled. `ready`: pulled, and pinned. */
export type ImageRequestState = 'pending' | 'approved' | 'rejected' | 'ready' | 'failed';
