/** Whether this is the npm package, where imports define nothing and no agent served the script (vite.config.ts). */
declare const __IN_PACKAGE__: boolean;
