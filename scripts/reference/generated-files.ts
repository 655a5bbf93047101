import { renderCliReference } from '../../packages/cli/src/reference.ts';
import { renderOpenApi } from '../../packages/daemon/src/http/openapi/render-openapi.ts';
import { routeTable } from '../../packages/daemon/src/http/route-table.ts';
import { renderClientFiles } from './client-files.ts';
import { renderProblemsPage } from './problems-page.ts';
import { renderSettingsPage } from './settings-page.ts';

/** Folders in which nothing is written by hand. */
export const generatedFolders = ['packages/client/src/generated'];

/** Every checked-in file that is made from something else, by its path, as it should be. */
export async function renderGeneratedFiles(): Promise<ReadonlyMap<string, string>> {
  const openApi = `${JSON.stringify(renderOpenApi(routeTable), null, 2)}\n`;
  const client = await renderClientFiles(openApi);
  return new Map([
    ['docs/reference/openapi.json', openApi],
    ['docs/reference/cli.md', renderCliReference()],
    ['docs/reference/problems.md', renderProblemsPage()],
    ['docs/reference/settings.md', renderSettingsPage()],
    ...[...client].map(([name, text]) => [`packages/client/src/generated/${name}`, text] as const),
  ]);
}
