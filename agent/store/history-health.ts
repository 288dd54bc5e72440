/** Whether the past is kept. */
export interface HistoryHealth {
  /** `failed`: not now, and it is tried again. */
  readonly state: 'ok' | 'off' | 'failed';
  /** That of a `HistoryProblem`; present if it failed, as is `reason`. */
  readonly code?: string;
  readonly reason?: string;
}
