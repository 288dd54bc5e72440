import type { Level } from './attention.ts';
import { Observable } from './observable.ts';
import type { TimeRange } from './time-range.ts';

/** A moment that charts and the lane of time mark. */
export interface Mark {
  /** Unix ms on the host's clock. */
  readonly timestampMs: number;
  /** `event`: a reboot, a restart of the agent; `note` is for what people write. */
  readonly level: 'note' | 'event' | Level;
  /** In the reader's language: `Host was restarted`, `/var over 85 %`. */
  readonly label: string;
  /** The metric that it is about; `null`: the whole host. */
  readonly metric: string | null;
}

/** A stretch of time in which an alert fired. */
export interface Fired {
  /** Unix ms on the host's clock. */
  readonly fromMs: number;
  /** `null` while it fires. */
  readonly toMs: number | null;
  readonly level: Level;
  /** `null`: the whole host. */
  readonly metric: string | null;
  /** In the reader's language: `Disk almost full: / used`. */
  readonly label: string;
}

/** Both in the order of time. */
export interface KnownMarks {
  readonly marks: readonly Mark[];
  readonly fired: readonly Fired[];
}

const NONE: KnownMarks = { marks: [], fired: [] };

/** What happened on the shown host, in the present and in all stretches of the past that somebody has asked for. */
export class Marks extends Observable<KnownMarks> {
  /** The stretch that is shown; marks of it come once they are known. */
  readonly wanted = new Observable<TimeRange | null>(null);

  constructor() {
    super(NONE);
  }

  /** Learns what happened in `range` as well, such as that of the lane. Call it as often as the range moves. */
  cover(range: TimeRange): void {
    const { value } = this.wanted;
    if (value !== null && value.fromMs <= range.fromMs && value.toMs >= range.toMs) return;
    this.wanted.set(range);
  }

  clear(): void {
    this.wanted.set(null);
    this.set(NONE);
  }
}
