import { count } from './number.ts';

/** An app, and how many instances it is to have. */
export interface ScaleTarget {
  readonly app: string;
  readonly replicas: number;
}

/** `shop 3`, `shop api 3` or `shop=3 api=2`; undefined when a number is missing. */
export function parseScaleTargets(words: readonly string[]): readonly ScaleTarget[] | undefined {
  const last = words.length > 1 ? count.parse(words.at(-1) ?? '') : undefined;
  const targets = (last === undefined ? words : words.slice(0, -1)).map((word) => parseTarget(word, last));
  return targets.every((target) => target !== undefined) ? targets : undefined;
}

function parseTarget(word: string, usual: number | undefined): ScaleTarget | undefined {
  const [app = '', text, ...more] = word.split('=');
  const replicas = text === undefined ? usual : count.parse(text);
  return app === '' || more.length > 0 || replicas === undefined ? undefined : { app, replicas };
}
