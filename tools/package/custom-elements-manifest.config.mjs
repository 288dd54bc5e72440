/** How the analyser describes the elements; its command line cannot say no to writing into package.json. */
export default {
  globs: ['web/elements/metrics-panel/metrics-panel.ts'],
  litelement: true,
  packagejson: false,
};
