import { inspect } from 'node:util';
import { z } from 'zod';

const mask = '[secret]';

/** A text that is not to be seen: in templates, JSON and inspection it is `[secret]`. */
class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The text itself, for who has to use it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}

/** A setting that is a secret. */
export const SecretText = z
  .string()
  .min(1)
  .transform((value) => new Secret(value));
