import { Problem, type ProblemCode } from '@berth/spec/problem';

/** What a call is about; decides what a 404 means. */
export type Subject = 'container' | 'image' | 'network' | 'volume' | 'file' | 'engine';

/** An answer with an error status, or an error line inside a stream (then without a status). */
export interface Refusal {
  readonly status?: number;
  /** The engine's own words. */
  readonly message: string;
  readonly subject: Subject;
  /** Begins the sentence. */
  readonly doing: string;
}

interface Rule {
  readonly says: RegExp;
  readonly about?: Subject;
  readonly code: ProblemCode;
  readonly next: string;
}

/** The first that fits wins. Engines give several statuses for one cause (20.10: unpause of a running container is a 500), so words come first. */
const rules: readonly Rule[] = [
  {
    says: /no space left on device|disk quota exceeded/i,
    code: 'engine-disk-full',
    next: 'Free disk space on the engine: remove unused images and volumes.',
  },
  { says: /no such image/i, code: 'image-not-found', next: 'Check the name, or pull the image first.' },
  { says: /no such (container|exec)/i, code: 'instance-not-found', next: 'It was removed.' },
  { says: /no such volume/i, code: 'volume-not-found', next: 'Check the name.' },
  {
    says: /could not find the file|no such file or directory|not a directory/i,
    about: 'file',
    code: 'file-not-found',
    next: 'Check the path.',
  },
  { says: /network \S+ not found/i, code: 'engine-failed', next: 'Make the network first.' },
  {
    says: /has active endpoints|volume is in use|conflict: unable to (remove|delete)/i,
    code: 'still-in-use',
    next: 'Remove what uses it first.',
  },
  {
    says: /port is already allocated|address already in use/i,
    code: 'engine-conflict',
    next: 'Free the host port or choose another.',
  },
  {
    says: /is not running|is not paused|already paused|is paused|is restarting/i,
    code: 'engine-conflict',
    next: 'Look at its state.',
  },
  {
    says: /rootfs is marked read-only/i,
    code: 'engine-conflict',
    next: 'Write to a volume, or deploy without a read-only root.',
  },
  {
    says: /available, non-overlapping/i,
    code: 'engine-failed',
    next: 'Give the engine more default-address-pools, or remove unused networks.',
  },
];

const missing: Readonly<Record<Subject, ProblemCode>> = {
  container: 'instance-not-found',
  image: 'image-not-found',
  volume: 'volume-not-found',
  file: 'file-not-found',
  network: 'engine-failed',
  engine: 'engine-failed',
};

/** The one place that says what an engine's refusal means. */
export function renderRefusal(refusal: Refusal): Problem {
  const rule = rules.find(
    ({ says, about }) => says.test(refusal.message) && (about === undefined || about === refusal.subject),
  );
  const words = refusal.message.trim().replace(/\.?$/, '.');
  return new Problem(
    rule?.code ?? findCodeOfStatus(refusal),
    [`${refusal.doing}: ${words}`, rule?.next].filter(Boolean).join(' '),
  );
}

function findCodeOfStatus({ status, subject }: Refusal): ProblemCode {
  if (status === 409) return 'engine-conflict';
  return status === 404 ? missing[subject] : 'engine-failed';
}
