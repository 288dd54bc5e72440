import { Observable } from './observable.ts';

export type Level = 'warning' | 'trouble';

/** One thing that needs attention. */
export interface Concern {
  /** `memory-low`, `pressure`, `filesystem-full`, `oom-kill`, `cpu-busy`, ...: the row of the table of thresholds, or the rule of an alert. */
  readonly kind: string;
  readonly level: Level;
  /** The metric whose chart shows it; `null`: none does. */
  readonly metric: string | null;
  /** Since when, Unix ms on the host's clock; `null`: not known. */
  readonly sinceMs: number | null;
  /** Somebody acknowledged or silenced its alert: told last, and nothing takes its tint. */
  readonly isMuted: boolean;
  /** For the sentence, in the reader's language: `pressure stays at 25 %`. */
  readonly clause: string;
  /** For the caption of its card: `memory over 10 % for 2 min 41 s`. */
  readonly caption: string;
}

/**
 * What needs attention on the shown host, the worst first and muted ones last: now, or in the range of the past that is shown.
 * `null`: not known (no sample yet, stale, or a past of which no alerts are kept).
 */
export class Attention extends Observable<readonly Concern[] | null> {
  constructor() {
    super(null);
  }

  /** The worst concern of a metric that is not muted. */
  of(metric: string): Concern | undefined {
    return this.value?.find((concern) => concern.metric === metric && !concern.isMuted);
  }
}
