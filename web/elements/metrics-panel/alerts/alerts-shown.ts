import type { AlertLine, AlertView } from '../../../../shared/protocol/messages.ts';

/** What the agent has told of a host's alerts so far. */
export interface AlertsShown {
  /** Id of the host. */
  readonly host: string;
  /** Those that have not ended, and those that ended since the panel began to follow. */
  readonly alerts: readonly AlertView[];
  /** Thresholds that charts can draw. */
  readonly lines: readonly AlertLine[];
  /** Whether the last message told everything anew. */
  readonly complete: boolean;
}
