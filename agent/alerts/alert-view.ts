import type { AlertView } from '../../shared/protocol/messages.ts';

/** What viewers may know of an alert: not whom it is told, nor how often. */
export function viewOf(alert: AlertView): AlertView {
  return {
    id: alert.id,
    rule: alert.rule,
    title: alert.title,
    host: alert.host,
    metric: alert.metric,
    severity: alert.severity,
    state: alert.state,
    sinceMs: alert.sinceMs,
    firedMs: alert.firedMs,
    endedMs: alert.endedMs,
    outcome: alert.outcome,
    value: alert.value,
    worst: alert.worst,
    threshold: alert.threshold,
    unit: alert.unit,
    noDataSinceMs: alert.noDataSinceMs,
    acknowledgedMs: alert.acknowledgedMs,
    silencedUntilMs: alert.silencedUntilMs,
  };
}
