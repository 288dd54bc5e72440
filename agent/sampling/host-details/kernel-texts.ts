/** Keys of `/proc/cpuinfo` that name the processor or, where it has no name, the board; the better ones first. */
const MODEL_KEYS = ['model name', 'cpu model', 'cpu', 'Model', 'Hardware'];

/** Name of the first processor in a text of `/proc/cpuinfo`, whose keys differ by architecture; `null` where it has none. */
export function cpuModelOf(cpuinfo: string): string | null {
  const entries = cpuinfo.split('\n').map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  for (const key of MODEL_KEYS) {
    const model = entries.find(([name, text]) => name === key && text !== '');
    if (model !== undefined) return model[1];
  }
  return null;
}

/** `PRETTY_NAME` of a text in the form of os-release(5), without its quotes; `null` where there is none. */
export function prettyNameOf(osRelease: string): string | null {
  const value = /^PRETTY_NAME=(.*)$/m.exec(osRelease)?.[1]?.trim() ?? '';
  const bare = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
  return bare === '' ? null : bare.replaceAll(/\\(["'$`\\])/g, '$1');
}
