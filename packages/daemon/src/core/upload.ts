/** A file that a user sent, kept in the daemon's own folder until no app refers to it. Times are epoch milliseconds. */
export interface Upload {
  readonly id: string;
  readonly owner: string;
  /** What it is called for people; its place is its id. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
  readonly createdAt: number;
  /** Since when no app refers to it, as far as was looked; null while one does. */
  readonly unusedSince: number | null;
}

export interface UploadPolicy {
  /** Of one upload. */
  readonly maxBytes: number;
  /** Of all uploads of one user. */
  readonly bytesPerUser: number;
  /** How long one stays that no app refers to. */
  readonly keepMs: number;
}

const gibibyte = 1024 ** 3;

export const defaultUploads: UploadPolicy = {
  maxBytes: gibibyte,
  bytesPerUser: 5 * gibibyte,
  keepMs: 24 * 3_600_000,
};
