import { Option } from 'commander';
import { usageFailure } from '../failure.ts';
import type { OptionDefinition, OptionTable } from '../option.ts';

/** The parser's form of an option. A value that is not what the option expects is thrown as a `Failure`. */
export function createOption(definition: OptionDefinition<unknown>): Option {
  const { flags, summary, isRepeatable } = definition;
  const option = new Option(flags, summary);
  if (flags.includes('<')) {
    option.argParser((given: string, previous: unknown) => {
      const value = parseValue(option, definition, given);
      return isRepeatable ? [...((previous as readonly unknown[] | undefined) ?? []), value] : value;
    });
  }
  return option;
}

/** What the parser found, by the names in the table, with what was not given as it is then. */
export function readOptions(table: OptionTable, found: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([name, definition]) => {
      const key = new Option(definition.flags).attributeName();
      return [name, found[key] ?? definition.initial];
    }),
  );
}

function parseValue(option: Option, { parse, expects }: OptionDefinition<unknown>, given: string): unknown {
  if (parse === undefined) return given;
  const value = parse(given);
  if (value === undefined) throw usageFailure(`${option.long ?? option.flags} must be ${expects}, not "${given}"`);
  return value;
}
