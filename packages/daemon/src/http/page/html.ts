/** Headers of every page: it is self-contained, so it may load nothing. */
export const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

/** Text as it may stand in HTML, in attributes too. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** The little of Markdown that descriptions use: `code`. */
export function renderProse(text: string): string {
  return escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replaceAll('\n', '<br>');
}

const style = `
:root { color-scheme: light dark; --line: light-dark(#d9dee5, #2f3742); --soft: light-dark(#f4f6f9, #1a2028); --faint: light-dark(#5b6673, #97a3b3); --blue: light-dark(#0b5cad, #74b3f5); }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 6rem; font: 16px/1.55 system-ui, sans-serif; background: light-dark(#fff, #12161c); color: light-dark(#1b222b, #dde4ee); }
h1 { font-size: 1.7rem; margin: 0 0 .4rem; } h2 { margin: 2.4rem 0 .8rem; font-size: 1.2rem; } h3 { margin: 1.1rem 0 .3rem; font-size: .92rem; }
a { color: var(--blue); } p { margin: .4rem 0; } code, pre { font: .88em ui-monospace, monospace; }
code { background: var(--soft); border-radius: 4px; padding: .08em .3em; } pre { background: var(--soft); border-radius: 8px; padding: .8rem 1rem; overflow-x: auto; } pre code { padding: 0; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: 1.2rem 0; }
details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; } details[open] { box-shadow: 0 1px 6px rgb(0 0 0 / .08); }
summary { cursor: pointer; padding: .55rem .9rem; } details > div { padding: 0 .9rem .9rem; } summary .what { color: var(--faint); }
.verb { display: inline-block; min-width: 4.4em; font: 600 .8rem ui-monospace, monospace; color: var(--blue); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; } th, td { text-align: left; vertical-align: top; padding: .32rem .7rem .32rem 0; border-top: 1px solid var(--line); } th { font-weight: 600; }
`;

/** A whole page. \`title\` is text, \`body\` is HTML. */
export function renderPage(title: string, body: string): string {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>`;
  const icon = '<link rel="icon" href="data:,">';
  return `<!doctype html><html lang="en"><head>${head}${icon}<style>${style}</style></head><body>${body}</body></html>\n`;
}
