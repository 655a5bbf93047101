import type { PullProgress } from '../../ports/engine.ts';

/** One line of a pull, a push or a build. */
export interface ProgressLine {
  readonly status?: string;
  /** Of a layer; also of the tag, in the first line. */
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
}

interface Layer {
  readonly currentBytes: number;
  readonly totalBytes: number;
  readonly isDone: boolean;
}

const emptyLayer: Layer = { currentBytes: 0, totalBytes: 0, isDone: false };
const doneWords = new Set(['Pull complete', 'Already exists']);
const layerWords = new Set([
  'Pulling fs layer',
  'Waiting',
  'Downloading',
  'Verifying Checksum',
  'Download complete',
  'Extracting',
  ...doneWords,
]);

/** Adds up the layers of one pull, line by line. */
export function createPullProgress(): (line: ProgressLine) => PullProgress {
  const layers = new Map<string, Layer>();
  let status = '';
  return (line) => {
    status = line.status ?? status;
    if (line.id !== undefined && layerWords.has(status)) layers.set(line.id, advance(layers.get(line.id), line));
    return { ...sum([...layers.values()]), status };
  };
}

/** Only downloads count as bytes: an extraction counts the same layer again. */
function advance(layer: Layer = emptyLayer, { status = '', progressDetail = {} }: ProgressLine): Layer {
  const { current = 0, total = layer.totalBytes } = progressDetail;
  if (status === 'Downloading') return { ...layer, currentBytes: current, totalBytes: total };
  return { ...layer, currentBytes: layer.totalBytes, isDone: layer.isDone || doneWords.has(status) };
}

function sum(layers: readonly Layer[]): Omit<PullProgress, 'status'> {
  return {
    currentBytes: layers.reduce((bytes, layer) => bytes + layer.currentBytes, 0),
    totalBytes: layers.reduce((bytes, layer) => bytes + layer.totalBytes, 0),
    layers: layers.length,
    layersDone: layers.filter(({ isDone }) => isDone).length,
  };
}
