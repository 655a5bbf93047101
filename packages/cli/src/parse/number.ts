/** A whole number, 0 or more. */
export const count = {
  expects: 'a whole number',
  parse: (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
};

/** A number, such as 0.5 processors. */
export const decimal = {
  expects: 'a number such as 0.5',
  parse: (text: string): number | undefined => (/^\d{1,6}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined),
};

export const port = {
  expects: 'a port from 1 to 65535',
  parse(text: string): number | undefined {
    const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
    return number >= 1 && number <= 65535 ? number : undefined;
  },
};
