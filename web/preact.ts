/** Entry `metrics-panel/preact` of the npm package: types of `<metrics-panel>` in the JSX of Preact. */
import type { HTMLAttributes } from 'preact';
import type { MetricsPanel } from './index.ts';
import type { OwnListeners, OwnProperties } from './jsx.ts';

/** Preact uses the names of properties and events unchanged (`onsample`). */
export type MetricsPanelProps = OwnProperties &
  OwnListeners<'on'> &
  Omit<HTMLAttributes<MetricsPanel>, keyof OwnProperties>;

declare module 'preact' {
  namespace JSX {
    interface IntrinsicElements {
      'metrics-panel': MetricsPanelProps;
    }
  }
}
