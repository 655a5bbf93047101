/** A path that means itself in the settings of any server: from the root, and without what is written specially there. */
export const filePath = {
  expects: 'a path from the root, without spaces, quotes and braces',
  parse: (text: string): string | undefined => (/^\/[^\s"'`\\{}[\]$#;<>*?]*$/.test(text) ? text : undefined),
};
