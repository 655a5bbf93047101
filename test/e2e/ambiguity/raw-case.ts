/** One request as bytes (latin1), and what has to become of it. */
export interface RawRequest {
  readonly title: string;
  readonly bytes: string;
  readonly fate: Fate;
}

export type Fate =
  /** Answered by the edge alone; not a byte reaches the app. */
  | { readonly kind: 'refused'; readonly statuses: readonly number[] }
  /** Its head may have reached the app when the fault was seen: the app never gets a whole message of it. */
  | { readonly kind: 'cut' }
  /** The app gets exactly this, the edge's own fields left out. */
  | { readonly kind: 'passed'; readonly reaches: string };

/** One answer of an app as bytes (latin1), and what a visitor may see of it. */
export interface RawAnswer {
  readonly title: string;
  readonly bytes: string;
  /** Of the request: default GET. */
  readonly method?: string;
  readonly fate:
    | { readonly kind: 'refused'; readonly statuses: readonly number[] }
    /** 502 when nothing had gone out yet, else broken off so that it does not look whole. */
    | { readonly kind: 'cut' }
    | { readonly kind: 'passed'; readonly status: number; readonly body: string };
}

export const host = 'Host: app.test\r\n';

export function refused(...statuses: readonly number[]): Fate {
  return { kind: 'refused', statuses: statuses.length === 0 ? [400] : statuses };
}

export const cut: Fate = { kind: 'cut' };

export function passed(reaches: string): Fate {
  return { kind: 'passed', reaches };
}
