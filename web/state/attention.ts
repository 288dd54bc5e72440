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
  /** Somebody acknowledged or silenced its alert, or it is not known any more: told last, and nothing takes its tint. */
  readonly isMuted: boolean;
  /** Whether its value has been known lately. */
  readonly isKnown: boolean;
  /** For the middle of a sentence, in the reader's language: `pressure stays at 25 %`. */
  readonly clause: string;
  /** For its beginning: `Pressure stays at 25 %`. */
  readonly opening: string;
  /** For the caption of its card: `memory over 10 % for 2 min 41 s`. */
  readonly caption: string;
}

/** How far what the dashboard says of the host can be trusted. Times are Unix ms on the host's clock. */
export type Outlook =
  /** Nothing is known yet; or of all that is known, nothing has a threshold. */
  | { readonly state: 'waiting' | 'unjudged' }
  | {
      readonly state: 'live';
      /** Since when nothing needed attention, as far as anybody looked. */
      readonly quietSinceMs: number;
      /** What was before: more of the same (`day`: it is a whole day), nobody looked, or something needed attention. */
      readonly before: 'day' | 'unwatched' | 'event';
    }
  /** Of this time is what is known last. */
  | { readonly state: 'stale'; readonly sinceMs: number }
  /** Other agents sample it. */
  | { readonly state: 'down' | 'unknown'; readonly sinceMs: number | null; readonly reason: string }
  | {
      /** A range of the past is shown. */
      readonly state: 'past';
      /** Whether its alerts are kept; `undefined` before the agent has answered. */
      readonly isKnown: boolean | undefined;
      /** Whether the agent was there all the time, as far as is known. */
      readonly isWhole: boolean;
    };

const WAITING: Outlook = { state: 'waiting' };

/**
 * What needs attention on the shown host, the worst first and muted ones last: now, or in the range of the past that is shown.
 * `null`: not known (no sample yet, stale, or a past of which no alerts are kept).
 */
export class Attention extends Observable<readonly Concern[] | null> {
  readonly outlook = new Observable<Outlook>(WAITING);
  /** What was known last, while `value` is `null` since nothing comes any more. */
  readonly last = new Observable<readonly Concern[]>([]);

  constructor() {
    super(null);
  }

  /** The worst concern of a metric that is not muted. */
  of(metric: string): Concern | undefined {
    return this.value?.find((concern) => concern.metric === metric && !concern.isMuted);
  }
}
