/** What `<metrics-panel>` takes in the JSX of any framework. Types alone. */
import type { OwnElement } from './elements/own-element.ts';
import type { MetricsPanel } from './index.ts';

type OwnEvents = 'statuschange' | 'welcome' | 'sample' | 'gap' | 'missing' | 'ready' | 'sectionschange';

/** Its properties, each of which may be left out. */
export type OwnProperties = {
  [
    Name in Exclude<keyof MetricsPanel, keyof OwnElement | 'status'> as MetricsPanel[Name] extends (
      ...args: never[]
    ) => unknown
      ? never
      : Name
  ]?: MetricsPanel[Name] | undefined;
};

/** Listeners to its events, as a framework calls them: `Prefix` is `on` or `on:`. */
export type OwnListeners<Prefix extends string> = {
  [Name in OwnEvents as `${Prefix}${Name}`]?: ((event: HTMLElementEventMap[Name]) => void) | undefined;
};
