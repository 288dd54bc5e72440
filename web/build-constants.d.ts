/** Built for the npm package: imports define nothing, and no agent served the script (vite.config.ts). */
declare const __IN_PACKAGE__: boolean;
/** Built as the package's single file: the files next to it may be missing. */
declare const __IS_SINGLE_FILE__: boolean;
