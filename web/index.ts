/** Entry of the npm package: the element's class and its types, without side effects. `metrics-panel/define` defines it. */
export { defineElements } from './elements/define-element.ts';
export { MetricsPanel } from './elements/metrics-panel/metrics-panel.ts';
export {
  addLanguage,
  type PartialMessages,
  type PartialMessages as PartialWords,
} from './locales/languages.ts';
export type { ConnectionStatus } from '../shared/client/connection-status.ts';
export type { Sample, SampleGap } from '../shared/client/client-subscription.ts';
export type { HistoryStatus } from './elements/metrics-panel/feed/history-status.ts';
export type { PanelGap, PanelSample } from './elements/metrics-panel/feed/live-feed-controller.ts';
export type { ShownHost } from './elements/metrics-panel/hosts/shown-host.ts';
export type { Welcome } from '../shared/client/welcome.ts';
export type { Subscribed } from '../shared/protocol/messages.ts';
export type { Layout } from './elements/metrics-panel/charts-view.ts';
export type { GetToken } from './elements/metrics-panel/feed/token-source.ts';
