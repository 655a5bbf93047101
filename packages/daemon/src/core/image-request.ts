/** Somebody asks that an image may be used on an engine, and what became of it. All times are epoch milliseconds. */
export interface ImageRequest {
  readonly id: string;
  readonly engine: string;
  /** As it was first asked for, with its tag or digest. */
  readonly reference: string;
  /** Equal for references that mean the same. */
  readonly key: string;
  /** Whoever asked while it was under way, the first one first. */
  readonly askers: readonly ImageAsker[];
  readonly state: ImageRequestState;
  /** Null while nobody has decided, and where the policy needs nobody to. */
  readonly decidedBy: string | null;
  /** Null while it is pending. */
  readonly decidedAt: number | null;
  /** What the one who decided says of it; null when nothing. */
  readonly reason: string | null;
  /** What it is pulled with; null for nothing. */
  readonly credential: ImageCredential | null;
  /** Why it is not there; null unless it failed. */
  readonly failure: string | null;
  /** What the reference was pinned to when it was pulled: `sha256:…`; null before, and for an image of no registry. */
  readonly digest: string | null;
  /** The engine's id of it; null until it is there. */
  readonly imageId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface ImageAsker {
  readonly user: string;
  /** What the one who asks says of it; empty when nothing. */
  readonly purpose: string;
  readonly at: number;
}

/** A kept credential, and whether what comes by it is for everybody: an administrator's is, who gave it for that. */
interface ImageCredential {
  readonly owner: string;
  readonly name: string;
  readonly isForAll: boolean;
}

/** `approved`: being pulled. `ready`: pulled, and pinned. `superseded`: a later one of the same reference is ready. */
type ImageRequestState = 'pending' | 'approved' | 'ready' | 'superseded' | 'rejected' | 'failed';

/** True while something is still to happen with it. */
export function isUnderWay({ state }: ImageRequest): boolean {
  return state === 'pending' || state === 'approved';
}
