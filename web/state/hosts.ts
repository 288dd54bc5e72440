import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { Host } from '../../shared/protocol/messages.ts';
import type { Connection } from './connection.ts';
import { Observable } from './observable.ts';

type PanelSample = HTMLElementEventMap['sample']['detail'];

/** What a host keeps of its past. */
export interface KeptHistory {
  /** Unix ms; `null`: nothing yet. */
  readonly oldestMs: number | null;
}

/** The agent's hosts. The page shows the first. */
export class Hosts {
  /** Interval of the shown host; `undefined` before its first sample. */
  readonly intervalMs = new Observable<number | undefined>(undefined);
  /** Newest sample of the shown host; `null` before the first. */
  readonly sample = new Observable<PanelSample | null>(null);

  readonly #welcome: Connection['welcome'];

  constructor({ welcome }: Connection) {
    this.#welcome = welcome;
  }

  /** `undefined` before the agent's introduction. */
  get shown(): Host | undefined {
    return this.#welcome.value?.hosts[0];
  }

  /** `null` if the shown host keeps none, or is not known yet. */
  get history(): KeptHistory | null {
    return this.shown?.history ?? null;
  }

  /** Metrics of the shown host. */
  get catalogue(): readonly MetricDescriptor[] {
    return this.#welcome.value?.catalogue ?? [];
  }

  /** Calls `listener` when a host or its catalogue changes. Returns the undo. */
  onChange(listener: () => void): () => void {
    return this.#welcome.onChange(listener);
  }
}
