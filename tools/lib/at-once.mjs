/**
 * Names the chunk of what a page needs at once, and of what more than one of the parts that it loads later need: for less than a
 * kilobyte nothing is asked for by itself, when a part has come already.
 *
 * @param {string} id of a module
 * @param {{ getModuleInfo(id: string): { isEntry: boolean, importers: readonly string[], dynamicImporters: readonly string[] } | null }}
 *   graph
 * @returns {string | null} `null` for what belongs to one part
 */
export function atOnce(id, graph) {
  /** @type {Set<string>} */
  const parts = new Set();
  const seen = new Set([id]);
  for (const one of seen) {
    const info = graph.getModuleInfo(one);
    if (info?.isEntry === true) return 'initial';
    if (info !== null && info.dynamicImporters.length > 0) parts.add(one);
    // What imports a part has that loaded first.
    else for (const importer of info?.importers ?? []) seen.add(importer);
  }
  return parts.size > 1 ? 'initial' : null;
}
