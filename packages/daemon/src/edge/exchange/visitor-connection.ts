/** A visitor's connection as the door keeps it, for as long as its socket is open. */
export interface VisitorConnection {
  /** True while no request is under way: none of its bytes have come, and the last answer has gone out. */
  readonly isIdle: boolean;
  /** Takes no request after the one that is under way: ends at once when idle, politely after the answer otherwise. */
  retire(): void;
  /** Where the protocol can say it: new requests are for another connection, those that were sent meanwhile are answered. */
  bidFarewell?(): void;
}
