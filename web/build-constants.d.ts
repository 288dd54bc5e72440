/** Whether this is the npm package, where imports define nothing and no agent served the script (vite.config.ts). */
declare const __IN_PACKAGE__: boolean;
/** Whether this is the one file of the package, whose neighbours may have been left behind. */
declare const __IS_SINGLE_FILE__: boolean;
