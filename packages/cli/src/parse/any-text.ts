/** Any text as it is. */
export const anyText = { expects: 'a text', parse: (text: string): string => text };

/** Words separated by commas. */
export const words = {
  expects: 'words separated by commas',
  parse(text: string): readonly string[] | undefined {
    const parts = text.split(',').map((part) => part.trim());
    return parts.some((part) => part === '') ? undefined : parts;
  },
};
