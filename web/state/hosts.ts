import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Host, Welcome } from '../../shared/protocol/messages.ts';
import type { Connection } from './connection.ts';
import { Observable } from './observable.ts';

type PanelSample = HTMLElementEventMap['sample']['detail'];

/** The agent's hosts, and what is known of the one that the page shows: the first. */
export class Hosts {
  /** Time between samples; `undefined` before the first. */
  readonly intervalMs = new Observable<number | undefined>(undefined);
  /** The newest sample of the series that the page follows. */
  readonly sample = new Observable<PanelSample | null>(null);

  readonly #welcome: Observable<Welcome | null>;

  constructor({ welcome }: Connection) {
    this.#welcome = welcome;
  }

  get shown(): Host | undefined {
    return this.#welcome.value?.hosts[0];
  }

  get catalogue(): readonly MetricDescriptor[] {
    return this.#welcome.value?.catalogue ?? [];
  }

  /** Calls `listener` when hosts or their catalogues change. Returns the undo. */
  onChange(listener: () => void): () => void {
    return this.#welcome.onChange(listener);
  }
}
