/** Whether alerts are evaluated and told. `failed` if alerts.yaml is wrong, or a channel cannot be reached. */
export interface AlertsHealth {
  readonly state: 'off' | 'ok' | 'failed';
  /** Sentences, without secrets. */
  readonly reason?: string;
}
