/**
 * Puts into the first chunk what the page needs at once, and what two or more of its lazy parts share: shared modules are less than a kilobyte,
 * and in a chunk of their own a part would have to wait for a second request.
 *
 * @param {string} id of a module
 * @param {{ getModuleInfo(id: string): { isEntry: boolean, importers: readonly string[], dynamicImporters: readonly string[] } | null }}
 *   graph
 * @returns {string | null} name of the chunk; `null` for a module of one part
 */
export function atOnce(id, graph) {
  /** @type {Set<string>} */
  const parts = new Set();
  const seen = new Set([id]);
  for (const one of seen) {
    const info = graph.getModuleInfo(one);
    if (info?.isEntry === true) return 'initial';
    if (info !== null && info.dynamicImporters.length > 0) parts.add(one);
    // An importer of a part loads the part first, so stop here.
    else for (const importer of info?.importers ?? []) seen.add(importer);
  }
  return parts.size > 1 ? 'initial' : null;
}
