/** Entry `metrics-panel/react` of the npm package, types alone: `<metrics-panel>` in the JSX of React 19. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { MetricsPanel } from './index.ts';
import type { OwnListeners, OwnProperties } from './jsx.ts';

/** React 19 sets properties and adds listeners (`onsample`) as they are named. */
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
