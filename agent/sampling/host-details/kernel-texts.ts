/** Keys of `/proc/cpuinfo` that name the processor, or else the board, in order of preference. */
const MODEL_KEYS = ['model name', 'cpu model', 'cpu', 'Model', 'Hardware'];

/** Model of the first processor in `/proc/cpuinfo`, whose keys depend on the architecture; `null` if it has none. */
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

/** `PRETTY_NAME` of an os-release(5) text, unquoted; `null` if missing. */
export function prettyNameOf(osRelease: string): string | null {
  const value = /^PRETTY_NAME=(.*)$/m.exec(osRelease)?.[1]?.trim() ?? '';
  const bare = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
  return bare === '' ? null : bare.replaceAll(/\\(["'$`\\])/g, '$1');
}
