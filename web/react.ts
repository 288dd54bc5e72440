/** Entry `metrics-panel/react` of the npm package, types alone: `<metrics-panel>` in the JSX of React 19. */
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { LitElement } from 'lit';
import type { MetricsPanel } from './index.ts';

type OwnEvents = 'statuschange' | 'welcome' | 'sample' | 'gap' | 'ready' | 'sectionschange';

type OwnProperties = {
  [
    Name in Exclude<keyof MetricsPanel, keyof LitElement | 'status'> as MetricsPanel[Name] extends (
      ...args: never[]
    ) => unknown
      ? never
      : Name
  ]?: MetricsPanel[Name] | undefined;
};

/** React 19 sets properties and adds listeners (`onsample`) as they are named. */
export type MetricsPanelProps = OwnProperties & {
  [Name in OwnEvents as `on${Name}`]?: ((event: HTMLElementEventMap[Name]) => void) | undefined;
} & Omit<DetailedHTMLProps<HTMLAttributes<MetricsPanel>, MetricsPanel>, keyof OwnProperties>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'metrics-panel': MetricsPanelProps;
    }
  }
}
