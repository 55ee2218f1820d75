/**
 * One script and one style for the first load, instead of one for each set of views that share
 * something: a browser has six connections, and each file is an answer to wait for.
 */

interface Graph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/**
 * Names the chunk of a module, as the bundler asks for it.
 *
 * @param main path of the script that the page begins with.
 * @returns the one of the first load for all that has to be there before that script runs.
 */
export function firstLoad(main: string): (id: string, graph: Graph) => string | null {
  let all: ReadonlySet<string> | undefined;
  return (id, graph) => {
    all ??= importedBy(main, graph);
    return all.has(id) ? 'first' : null;
  };
}

function importedBy(main: string, graph: Graph): Set<string> {
  const found = new Set<string>();
  const left = [main];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    left.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  // The script itself stays alone: it waits for the language, and views must not wait for it.
  found.delete(main);
  return found;
}
