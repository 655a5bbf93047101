/** A name and what it is set to; undefined: what the same variable is here. */
export interface Assignment {
  readonly name: string;
  readonly value: string | undefined;
}

/** `NAME=value`; a bare `NAME` takes the value from the environment of `berth`, as Docker does. */
export const assignment = {
  expects: 'NAME=value, or NAME to pass on your own',
  parse(text: string): Assignment | undefined {
    const at = text.indexOf('=');
    if (at === 0 || text === '') return undefined;
    return at < 0 ? { name: text, value: undefined } : { name: text.slice(0, at), value: text.slice(at + 1) };
  },
};

/** `name=value`, both of them. */
export const pair = {
  expects: 'name=value',
  parse(text: string): readonly [string, string] | undefined {
    const at = text.indexOf('=');
    return at < 1 ? undefined : [text.slice(0, at), text.slice(at + 1)];
  },
};
