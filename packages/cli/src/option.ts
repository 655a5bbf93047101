/** One option of a command, as data: the parser, the help and the reference page are made from it. */
export interface OptionDefinition<Value> {
  /** In Commander's form: `-e, --env <name=value>`. */
  readonly flags: string;
  readonly summary: string;
  readonly isRepeatable: boolean;
  /** What the option is when it is not given. */
  readonly initial: Value;
  /** Text → value; undefined when it is not what `expects` says. */
  readonly parse?: (text: string) => unknown;
  /** Completes the sentence `--memory must be …`. */
  readonly expects?: string;
}

export type OptionTable = Readonly<Record<string, OptionDefinition<unknown>>>;

export type OptionValues<Options extends OptionTable> = {
  readonly [Name in keyof Options]: Options[Name] extends OptionDefinition<infer Value> ? Value : never;
};

interface Format<Value> {
  readonly parse: (text: string) => Value | undefined;
  readonly expects: string;
}

/** An option without a value. */
export function flag(flags: string, summary: string): OptionDefinition<boolean> {
  return { flags, summary, isRepeatable: false, initial: false };
}

/** `--no-…`: true unless it is given. */
export function negation(flags: string, summary: string): OptionDefinition<boolean> {
  return { flags, summary, isRepeatable: false, initial: true };
}

export function text(flags: string, summary: string): OptionDefinition<string | undefined> {
  return { flags, summary, isRepeatable: false, initial: undefined };
}

/** An option whose text means something: a number, a size, a duration. */
export function value<Value>(
  flags: string,
  summary: string,
  format: Format<Value>,
): OptionDefinition<Value | undefined> {
  return { flags, summary, isRepeatable: false, initial: undefined, ...format };
}

/** An option that may be given again and again. */
export function many<Value>(flags: string, summary: string, format: Format<Value>): OptionDefinition<readonly Value[]> {
  return { flags, summary, isRepeatable: true, initial: [], ...format };
}

/** One word of a few. */
export function choice<const Word extends string>(
  flags: string,
  summary: string,
  choices: readonly Word[],
): OptionDefinition<Word | undefined> {
  const parse = (given: string): Word | undefined => choices.find((word) => word === given);
  return value(flags, summary, { parse, expects: `one of ${choices.join(', ')}` });
}
