import type { AlertView } from '../../shared/protocol/messages.ts';
import type { AlertRule } from './alert-rule.ts';

/** One thing that a rule watches: a series of a host, or the host itself. */
export interface Subject {
  /** Name of the rule. */
  readonly rule: string;
  /** Id of the host. */
  readonly host: string;
  /** Name of the series; `null` if the rule watches the host itself. */
  readonly metric: string | null;
}

/** Equal for the same subject. */
export function subjectKey({ rule, host, metric }: Subject): string {
  return JSON.stringify([rule, host, metric]);
}

/**
 * One episode of a rule on a subject, from the moment its condition holds to its end. What people see of it is its view. Durations count the time
 * in which the subject was observed: not that in which the agent was off, the host slept, or a value was not known.
 */
export interface Alert extends AlertView {
  /** What messages, limits and repeats follow; as it was when the alert began or the rule was last changed. */
  readonly policy: Pick<AlertRule, 'channels' | 'repeatMs' | 'repeatAtMost' | 'condition' | 'forMs'>;
  /** What people call its host and series, and the part that the series is of (`/` of a filesystem), as last known. */
  readonly labels: {
    readonly host: string;
    readonly metric: string | null;
    readonly instance: string | null;
  };
  /** Whether it is over as soon as it is told, as a reboot is. */
  readonly isEvent: boolean;
}

/** What happened to an alert, for whoever tells people. */
export type AlertChange =
  /** The condition has held for `for`. */
  | { readonly kind: 'fired'; readonly alert: Alert }
  /** It has been below the second threshold for `keepFor` (`resolved`), or its subject or rule is no more. */
  | { readonly kind: 'ended'; readonly alert: Alert }
  /** No value has been known for `noDataFor`; `dataBack` ends that. The alert may be in any state, and keeps it. */
  | { readonly kind: 'noData' | 'dataBack'; readonly alert: Alert };
