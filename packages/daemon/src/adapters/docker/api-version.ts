import { Problem } from '@berth/spec/problem';

const NEWEST = '1.52';
const OLDEST = '1.41';

/** What an engine says about the API versions it speaks. */
export interface SpokenVersions {
  readonly ApiVersion?: string;
  readonly MinAPIVersion?: string;
}

/** The newest version both sides speak. */
export function chooseApiVersion({ ApiVersion, MinAPIVersion }: SpokenVersions): string {
  if (ApiVersion === undefined || !/^\d+\.\d+$/.test(ApiVersion)) {
    throw new Problem(
      'engine-failed',
      'The engine did not say which API version it speaks. Check the engine’s host setting.',
    );
  }
  const chosen = isOlder(ApiVersion, NEWEST) ? ApiVersion : NEWEST;
  if (isOlder(chosen, OLDEST) || isOlder(chosen, MinAPIVersion ?? OLDEST)) {
    const theirs = `${MinAPIVersion ?? ApiVersion} to ${ApiVersion}`;
    throw new Problem(
      'engine-failed',
      `The engine speaks API ${theirs}, Berth speaks ${OLDEST} to ${NEWEST}. Upgrade the older of the two.`,
    );
  }
  return chosen;
}

/** True when the engine refused a call for its version only: it was replaced by another since the versions were compared. */
export function isVersionRefusal(status: number, message: string): boolean {
  return status === 400 && /client version \S+ is too (new|old)/i.test(message);
}

function isOlder(left: string, right: string): boolean {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
  return leftMajor === rightMajor ? leftMinor < rightMinor : leftMajor < rightMajor;
}
