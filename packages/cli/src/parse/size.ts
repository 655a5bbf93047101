const unitBytes: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };

/** `512m`, `2g`, `1.5GiB`, `64MB` or bare bytes → bytes; all units are binary, as Docker reads them. */
export const size = {
  expects: 'a size such as 512m or 2g',
  parse(text: string): number | undefined {
    const [, number, unit] = /^(\d{1,15}(?:\.\d{1,6})?)(?:([bkmgt])(?:i?b)?)?$/i.exec(text) ?? [];
    if (number === undefined) return undefined;
    return Math.round(Number(number) * (unitBytes[(unit ?? '').toLowerCase()] ?? 1));
  },
};
