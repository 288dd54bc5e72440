import { fileURLToPath } from 'node:url';

/** Whether this runs from source, and not as it was built. */
export const IS_SOURCE = import.meta.url.endsWith('.ts');

/** Seen from a source, from `dist/agent/main.js`, and from a part of it that the build has put into a file of its own. */
const UP = IS_SOURCE ? '../dist/' : /\/agent\/assets\/[^/]+$/.test(import.meta.url) ? '../../' : '../';

/** Where the build's output is, with a slash at the end. */
export const DIST = fileURLToPath(new URL(UP, import.meta.url));
