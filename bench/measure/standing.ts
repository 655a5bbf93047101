import type { Finding, Mark, Measured } from './finding.ts';
import { ratioOf, renderMedian, renderSummary, type Summary, summarize } from './summary.ts';

/** Ours among several others, measured in the same run. */
export interface Standing {
  readonly what: string;
  readonly unit: string;
  /** Which of two figures is the better one. */
  readonly better: 'less' | 'more';
  readonly ours: Measured;
  /** The first is what the ratio is made with. */
  readonly peers: readonly Measured[];
  readonly marks?: readonly PeerMark[];
}

/** How many times as good as a peer ours is to be: 0.8 is a little worse. */
interface PeerMark {
  /** How the peer's name begins. */
  readonly peer: string;
  readonly atLeast: number;
}

/** What the rounds of one contestant gave. */
export interface Measurement<Sample> {
  readonly name: string;
  readonly samples: readonly Sample[];
}

/** As `rank`, for one figure of each sample; ours is the first of the measurements. */
export function rankBy<Sample>(
  measurements: readonly Measurement<Sample>[],
  { read, ...words }: Omit<Standing, 'ours' | 'peers'> & { readonly read: (sample: Sample) => number },
): Finding {
  const [ours, ...peers] = measurements.map(({ name, samples }) => ({ name, samples: samples.map(read) }));
  if (ours === undefined) throw new Error('Nobody was measured.');
  return rank({ ...words, ours, peers });
}

/** A row that shows ours beside each peer, and how many times as good as the first it is. */
export function rank(standing: Standing): Finding {
  const { what, unit, ours, peers, marks = [] } = standing;
  const [first = ours] = peers;
  const describe = ({ name, samples }: Measured) => `${name} ${renderSummary(summarize(samples), unit)}`;
  return {
    what,
    ours: renderMedian(summarize(ours.samples), unit),
    beside: peers.map(({ name, samples }) => `${name}: ${renderMedian(summarize(samples), unit)}`).join('; '),
    figures: [ours, ...peers].map(describe).join('; '),
    ratio: `${renderSummary(timesAsGood(standing, first), '×')} as good as ${first.name}`,
    marks: marks.map((mark) => judge(standing, mark)),
  };
}

function judge(standing: Standing, { peer, atLeast }: PeerMark): Mark {
  const theirs = standing.peers.find(({ name }) => name.startsWith(peer));
  if (theirs === undefined) throw new Error(`${peer} was not measured.`);
  const found = timesAsGood(standing, theirs).median;
  return { wanted: `≥ ${Number(atLeast.toFixed(3))} × ${peer} (${found.toFixed(2)} ×)`, met: found >= atLeast };
}

function timesAsGood({ better, ours }: Standing, theirs: Measured): Summary {
  return better === 'less' ? ratioOf(theirs.samples, ours.samples) : ratioOf(ours.samples, theirs.samples);
}
