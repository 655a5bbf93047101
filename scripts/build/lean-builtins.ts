import type { Plugin } from 'rolldown';

/** Each has getters, which stand for much more code: `http.WebSocket` for all of fetch, `crypto.webcrypto` for its API. */
const GREEDY = new Set(['node:http', 'node:crypto']);
const MARK = '\0lean:';

/**
 * An `import` of a built-in module reads everything it exports, getters too, whatever names stand in the braces. For
 * `node:http` that costs each process 6 MB; asked for in this way it gives what is named and no more.
 */
export const leanBuiltins: Plugin = {
  name: 'lean-builtins',
  resolveId(specifier, _, { kind }) {
    return GREEDY.has(specifier) && kind === 'import-statement' ? MARK + specifier : undefined;
  },
  load(id) {
    return id.startsWith(MARK) ? renderModule(id.slice(MARK.length)) : undefined;
  },
};

function renderModule(name: string): string {
  const properties = Object.getOwnPropertyDescriptors(process.getBuiltinModule(name));
  const values = Object.entries(properties).filter(([, property]) => property.get === undefined);
  const lines = values.map(([value]) => `export const ${value} = builtin.${value};`);
  const names = [`const builtin = process.getBuiltinModule('${name}');`, ...lines, 'export { builtin as default };'];
  return names.join('\n');
}
