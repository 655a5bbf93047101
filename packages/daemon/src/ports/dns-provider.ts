/**
 * Writes TXT records of a zone, for who proves by DNS that a domain is theirs. Rejects with `dns-provider-failed`; none
 * waits without bound.
 */
export interface DnsProvider {
  /** Puts a value beside those that the name has. One that is there already is well. */
  put(name: string, value: string): Promise<void>;
  /** Takes the value away. One that is not there is well. */
  remove(name: string, value: string): Promise<void>;
}
