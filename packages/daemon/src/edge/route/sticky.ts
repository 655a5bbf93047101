import { createHmac } from 'node:crypto';
import type { EdgeRoute, EdgeTarget } from '../../core/route-table.ts';

const NAME = 'berth-instance';
/** 132 bits: nobody guesses another instance's, and no instance's name can be found from its own. */
const MARK_LENGTH = 22;

/** What a visitor showed, and how it came. */
export interface StickyFacts {
  /** The values of all `Cookie` headers; undefined when none came. */
  readonly cookies: string | undefined;
  readonly isTls: boolean;
}

/** Keeps visitors with their instance by a cookie that says nothing to anybody but the edges that share its key. */
export class StickyCookie {
  readonly #key: Uint8Array;
  readonly #marks = new WeakMap<EdgeTarget, string>();

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** The target that the visitor was with before, if the route still has it. */
  find(targets: readonly EdgeTarget[], cookies: string): EdgeTarget | undefined {
    const shown = listMarks(cookies);
    return shown.length === 0 ? undefined : targets.find((target) => shown.includes(this.#mark(target)));
  }

  /** The `Set-Cookie` for the answer; undefined when the visitor has it already. */
  render(route: EdgeRoute, target: EdgeTarget, { cookies, isTls }: StickyFacts): string | undefined {
    const mark = this.#mark(target);
    if (cookies !== undefined && listMarks(cookies).includes(mark)) return undefined;
    const path = route.pathPrefix.replaceAll(';', '%3B');
    return `${NAME}=${mark}; Path=${path}; HttpOnly; SameSite=Lax${isTls ? '; Secure' : ''}`;
  }

  #mark(target: EdgeTarget): string {
    const known = this.#marks.get(target);
    if (known !== undefined) return known;
    const mark = createHmac('sha256', this.#key).update(target.instance).digest('base64url').slice(0, MARK_LENGTH);
    this.#marks.set(target, mark);
    return mark;
  }
}

/** Several can come: a browser sends those of shorter paths too. */
function listMarks(cookies: string): readonly string[] {
  if (!cookies.includes(NAME)) return [];
  return cookies.split(';').flatMap((pair) => {
    const [name, value] = pair.split('=', 2);
    return name?.trim() === NAME && value !== undefined ? [value.trim()] : [];
  });
}
