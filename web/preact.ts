/** Entry `metrics-panel/preact` of the npm package, types alone: `<metrics-panel>` in the JSX of Preact. */
import type { HTMLAttributes } from 'preact';
import type { MetricsPanel } from './index.ts';
import type { OwnListeners, OwnProperties } from './jsx.ts';

/** Preact sets properties and adds listeners (`onsample`) as they are named. */
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
