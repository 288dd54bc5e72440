import { fileURLToPath } from 'node:url';

/** Defined by the build (vite `define`) from package.json; undefined when the sources run under tsx. */
declare const __VERSION__: string | undefined;

/** The agent's version, `dev` when it runs from source. */
export const VERSION = typeof __VERSION__ === 'string' ? __VERSION__ : 'dev';

/** Whether this code runs from source, not from the build. */
export const IS_SOURCE = import.meta.url.endsWith('.ts');

/** From this source file, from a chunk in `dist/agent/assets/`, or from `dist/agent/main.js`. */
const TO_DIST = IS_SOURCE ? '../dist/' : /\/agent\/assets\/[^/]+$/.test(import.meta.url) ? '../../' : '../';

/** Folder of the build's output, with a trailing slash. */
export const DIST = fileURLToPath(new URL(TO_DIST, import.meta.url));
