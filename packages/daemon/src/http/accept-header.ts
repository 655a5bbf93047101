/** The media type among `offered` that an `Accept` header likes best; the first one when it likes none or all alike. */
export function preferredType<Type extends string>(
  accept: string | undefined,
  offered: readonly [Type, ...Type[]],
): Type {
  if (accept === undefined) return offered[0];
  const ranges = accept.split(',').map(parseRange);
  const liked = offered.map((type) => ({ type, quality: qualityOf(ranges, type) }));
  return liked.reduce((best, one) => (one.quality > best.quality ? one : best)).type;
}

interface MediaRange {
  readonly range: string;
  readonly quality: number;
}

function parseRange(text: string): MediaRange {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const given = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = given === undefined ? 1 : Number(given.slice(2));
  return { range, quality: Number.isFinite(quality) ? quality : 0 };
}

/** The most specific range that fits decides (RFC 9110, section 12.5.1). */
function qualityOf(ranges: readonly MediaRange[], type: string): number {
  const [family = ''] = type.split('/');
  for (const range of [type, `${family}/*`, '*/*']) {
    const fitting = ranges.find((one) => one.range === range);
    if (fitting !== undefined) return fitting.quality;
  }
  return 0;
}
