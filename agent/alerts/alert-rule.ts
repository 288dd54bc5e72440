import type { Severity } from '../../shared/protocol/messages.ts';

/** What is compared: the newest value, or the mean, highest, lowest or growth over a window. */
export type Reading =
  | { readonly kind: 'value' }
  | { readonly kind: 'mean' | 'max' | 'min' | 'change'; readonly windowMs: number };

export type Direction = 'above' | 'below';

export type Condition =
  /** The reading is at or beyond the threshold. It clears only beyond `clear`, on the other side. Both in the metric's unit. */
  | {
      readonly kind: 'threshold';
      readonly reading: Reading;
      readonly direction: Direction;
      readonly threshold: number;
      readonly clear: number;
    }
  /** A line through the last `overMs` reaches `level` within `withinMs`. */
  | {
      readonly kind: 'forecast';
      readonly direction: Direction;
      readonly level: number;
      readonly withinMs: number;
      readonly overMs: number;
    }
  /** A count has grown: an event. */
  | { readonly kind: 'increase' }
  /** The host was started anew: an event. */
  | { readonly kind: 'reboot' }
  /** Nothing has come from the host for `forMs`. */
  | { readonly kind: 'unheard' };

/** A rule as the engine needs it: everything is decided, in ms and in the units of metrics. */
export interface AlertRule {
  /** Unique; the key in alerts.yaml. */
  readonly name: string;
  /** For people: "Disk almost full". */
  readonly title: string;
  readonly severity: Severity;
  /** Ids and globs of hosts. */
  readonly hosts: readonly string[];
  /** Names and globs of series; empty for conditions of the host itself. */
  readonly metrics: readonly string[];
  readonly condition: Condition;
  /** How long the condition must hold. */
  readonly forMs: number;
  /** How long it must be clear. */
  readonly keepForMs: number;
  /** How long a subject may be without a value before that is told; `null` for ever. */
  readonly noDataForMs: number | null;
  /** Names of the channels that are told; `null` for all. */
  readonly channels: readonly string[] | null;
  /** Distance of repeated messages; 0 for none. */
  readonly repeatMs: number;
  readonly repeatAtMost: number;
}
