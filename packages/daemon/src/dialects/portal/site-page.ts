import { escapeHtml } from '../../core/waiting-page.ts';
import type { PortalContainer } from './list-containers.ts';

/** Nothing runs in these pages; their forms go to the site itself. */
export const sitePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** What runs, and forms to launch and to upload. `prefix` is where the site lies. */
export function renderIndex(prefix: string, containers: readonly PortalContainer[]): string {
  const rows = containers.map((one) => renderRow(prefix, one)).join('');
  const table =
    rows === '' ? '<p>Nothing runs.</p>' : `<table><tr><th>Name<th>Image<th>State<th>Memory<th></tr>${rows}</table>`;
  return renderPage('Containers', `${table}${renderLaunchForm(prefix)}${renderUploadForm(prefix)}`);
}

/** A title, and rows of cells; everything is text. */
export function renderTable(title: string, rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}`).join('')}</tr>`);
  return renderPage(title, `<table>${lines.join('')}</table>`);
}

export function renderUploads(prefix: string, names: readonly string[]): string {
  const items = names.map(
    (name) => `<li><a href="${prefix}/upload/${encodeURIComponent(name)}">${escapeHtml(name)}</a>`,
  );
  return renderPage('Uploads', `<ul>${items.join('')}</ul>${renderUploadForm(prefix)}`);
}

function renderRow(prefix: string, { name, image, state, mem_reservation_mb: memory, url }: PortalContainer): string {
  const safe = escapeHtml(name);
  const links = ['logs', 'history'].map((what) => `<a href="${prefix}/${what}/${safe}">${what}</a>`).join(' ');
  const kill = `<form method="post" action="${prefix}/kill/${safe}"><button>kill</button></form>`;
  const cells = [escapeHtml(image), escapeHtml(state), memory === null ? '' : `${memory} MB`, `${links} ${kill}`];
  return `<tr><td><a href="${escapeHtml(url)}">${safe}</a>${cells.map((cell) => `<td>${cell}`).join('')}</tr>`;
}

const launchFields = [
  'image_name',
  'container_name',
  'mem_reservation_mb',
  'cpus',
  'container_port',
  'labels',
  'extra_directories',
  'input',
  'input_mount',
  'input_files',
];

function renderLaunchForm(prefix: string): string {
  const fields = launchFields.map((name) => `<label>${name} <input name="${name}"></label>`).join('');
  return `<h2>Launch</h2><form method="post" action="${prefix}/launch/">${fields}<button>launch</button></form>`;
}

function renderUploadForm(prefix: string): string {
  const form = `<form method="post" enctype="multipart/form-data" action="${prefix}/upload/">`;
  return `<h2>Upload</h2>${form}<input type="file" name="file" multiple><button>upload</button></form>`;
}

const style =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;overflow-wrap:anywhere}td,th{text-align:left;padding:.2rem .8rem .2rem 0}label{display:block}td form{display:inline}';

function renderPage(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<h1>${escapeHtml(title)}</h1>
${content}
`;
}
