/** An answer that an older API's clients know by heart: this status, and exactly this text. */
export class TextRefusal extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.name = 'TextRefusal';
    this.status = status;
  }
}
