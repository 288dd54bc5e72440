/** Entry `metrics-panel/solid` of the npm package: types of `<metrics-panel>` in the JSX of Solid. */
import type * as solid from 'solid-js';
import type { MetricsPanel } from './index.ts';
import type { OwnListeners, OwnProperties } from './jsx.ts';

/** Solid sets the properties of a custom element, and listens to any event as `on:sample`. */
export type MetricsPanelProps = OwnProperties &
  OwnListeners<'on:'> &
  Omit<solid.JSX.HTMLAttributes<MetricsPanel>, keyof OwnProperties>;

declare module 'solid-js' {
  namespace JSX {
    interface IntrinsicElements {
      'metrics-panel': MetricsPanelProps;
    }
  }
}
