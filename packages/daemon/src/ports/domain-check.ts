/** What somebody outside should get: a GET of `http://<host><path>` answers with `answer`. */
export interface DomainQuestion {
  readonly host: string;
  readonly path: string;
  readonly answer: string;
}

/** Looks as a stranger would. Resolves to null when the answer comes, else to a sentence that says what to change. Never rejects. */
export type DomainCheck = (question: DomainQuestion) => Promise<string | null>;

/** Resolves once every server that answers for the name has the TXT value; rejects with `dns-provider-failed` when it takes too long. */
export type RecordWatch = (name: string, value: string, signal: AbortSignal) => Promise<void>;
