/** Entry `metrics-panel/define` of the npm package: defines `<metrics-panel>`, unless the page has one already. */
import { defineElements } from './index.ts';

export { MetricsPanel } from './index.ts';

defineElements();
