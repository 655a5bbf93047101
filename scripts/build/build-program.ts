import { fileURLToPath } from 'node:url';
import { type Plugin, rolldown } from 'rolldown';
import { leanBuiltins } from './lean-builtins.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCE = 'packages/daemon/src/';
/** Beside one another as their sources are: the daemon finds the edge by its place. */
const ENTRIES = ['main', 'edge/edge-process', 'launch'];

/**
 * Writes daemon and edge with all they import as plain JavaScript to a folder: nothing has to be stripped of types, what
 * is not needed is left out, and what is imported lazily stays in files of its own.
 */
export async function buildProgram(folder: string): Promise<void> {
  const bundle = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(ENTRIES.map((name) => [name, `${SOURCE}${name}.ts`])),
    platform: 'node',
    plugins: [leanBuiltins, plainText],
    treeshake: { propertyReadSideEffects: false },
  });
  // Names and lines stay, for stack traces; the maps beside them lead on to the sources.
  await bundle.write({
    dir: folder,
    format: 'esm',
    sourcemap: true,
    comments: false,
    chunkFileNames: 'part/[name].js',
  });
  await bundle.close();
}

/** V8 keeps a source with a single character beyond ASCII in two bytes for each of its characters. */
const plainText: Plugin = {
  name: 'plain-text',
  // At the very end: what prints code again would print the characters themselves.
  generateBundle(_, files) {
    for (const file of Object.values(files))
      if (file.type === 'chunk') file.code = file.code.replaceAll(/[^\0-\x7f]/g, renderEscape);
  },
};

function renderEscape(character: string): string {
  return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0');
}
