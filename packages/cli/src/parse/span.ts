import { parseDuration } from '@berth/spec/duration';

/** A duration → seconds, at least one where it is not nothing. */
export const seconds = {
  expects: 'a duration such as 30s or 5m',
  parse(text: string): number | undefined {
    const ms = parseDuration(text);
    return ms === undefined ? undefined : Math.ceil(ms / 1000);
  },
};

/** A duration that the daemon reads itself. */
export const duration = {
  expects: 'a duration such as 1h or 1d',
  parse(text: string): string | undefined {
    return parseDuration(text) === undefined ? undefined : text;
  },
};

/** A moment that the daemon reads itself: how long ago, or RFC 3339. */
export const moment = {
  expects: 'a duration such as 10m, or a time such as 2026-11-20T12:00:00Z',
  parse(text: string): string | undefined {
    const isTime = /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text));
    return isTime || parseDuration(text) !== undefined ? text : undefined;
  },
};
