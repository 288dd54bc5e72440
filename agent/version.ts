/** Put in by the build (vite `define`) from package.json; not defined when the sources run under tsx. */
declare const __VERSION__: string | undefined;

/** The agent's version, `dev` when it runs from source. */
export const VERSION = typeof __VERSION__ === 'string' ? __VERSION__ : 'dev';
