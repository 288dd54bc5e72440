/** Entry `metrics-panel/react` of the npm package: types of `<metrics-panel>` in the JSX of React 19. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { MetricsPanel } from './index.ts';
import type { OwnListeners, OwnProperties } from './jsx.ts';

/** React 19 uses the names of properties and events unchanged (`onsample`). */
export type MetricsPanelProps = OwnProperties &
  OwnListeners<'on'> &
  Omit<DetailedHTMLProps<HTMLAttributes<MetricsPanel>, MetricsPanel>, keyof OwnProperties>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'metrics-panel': MetricsPanelProps;
    }
  }
}
