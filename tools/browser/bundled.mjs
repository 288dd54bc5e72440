import { fileURLToPath } from 'node:url';

/** Where `unpackBundledBrowser` (unpack.mjs) leaves the start script of the browser that comes as an npm package. */
export function bundledBrowserPath() {
  return fileURLToPath(new URL('./unpacked/chrome', import.meta.url));
}
