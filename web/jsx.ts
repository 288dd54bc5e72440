/** Types of `<metrics-panel>` for the JSX of any framework. */
import type { OwnElement } from './elements/own-element.ts';
import type { MetricsPanel } from './index.ts';

type OwnEvents =
  | 'statuschange'
  | 'welcome'
  | 'sample'
  | 'hostchange'
  | 'gap'
  | 'missing'
  | 'ready'
  | 'historychange'
  | 'momentchange'
  | 'sectionschange';

type ReadOnly = 'status' | 'standing' | 'historyStatus' | 'shownHost' | 'shownRange';

/** Its properties, all optional. */
export type OwnProperties = {
  [
    Name in Exclude<keyof MetricsPanel, keyof OwnElement | ReadOnly> as MetricsPanel[Name] extends (
      ...args: never[]
    ) => unknown
      ? never
      : Name
  ]?: MetricsPanel[Name] | undefined;
};

/** Its event listeners. `Prefix` is what the framework puts before the name of an event: `on` or `on:`. */
export type OwnListeners<Prefix extends string> = {
  [Name in OwnEvents as `${Prefix}${Name}`]?: ((event: HTMLElementEventMap[Name]) => void) | undefined;
};
