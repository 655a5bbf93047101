/** A word of the command line that is no option. */
export interface OperandDefinition<Value> {
  readonly summary: string;
  readonly isRequired: boolean;
  readonly isVariadic: boolean;
  /** Never there: it carries the type alone. */
  readonly value?: Value;
}

export type OperandTable = Readonly<Record<string, OperandDefinition<unknown>>>;

export type OperandValues<Operands extends OperandTable> = {
  readonly [Name in keyof Operands]: Operands[Name] extends OperandDefinition<infer Value> ? Value : never;
};

export function one(summary: string): OperandDefinition<string> {
  return { summary, isRequired: true, isVariadic: false };
}

export function perhaps(summary: string): OperandDefinition<string | undefined> {
  return { summary, isRequired: false, isVariadic: false };
}

/** At least one. */
export function several(summary: string): OperandDefinition<readonly string[]> {
  return { summary, isRequired: true, isVariadic: true };
}

/** As many as there are, even none. */
export function rest(summary: string): OperandDefinition<readonly string[]> {
  return { summary, isRequired: false, isVariadic: true };
}
