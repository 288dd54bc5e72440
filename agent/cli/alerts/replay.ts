import type { MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import { matchesGlob } from '../../../shared/protocol/catalogue.ts';
import type { Alert } from '../../alerts/alert.ts';
import type { AlertRule } from '../../alerts/alert-rule.ts';
import { AlertEngine } from '../../alerts/engine/alert-engine.ts';
import { formatDuration, formatReading } from '../../alerts/delivery/format-reading.ts';
import { HostRegistry } from '../../hosts/host-registry.ts';
import { LocalHost } from '../../hosts/local-host.ts';
import type { HistoryPlan, HistorySlice, SampleHistory, TimeRange } from '../../store/sample-history.ts';
import { countText, timeText } from '../history/format.ts';

export interface ReplayOptions extends TimeRange {
  readonly rules: readonly AlertRule[];
  /** What the host is called. */
  readonly host: string;
  /** Called with the share of the range that was evaluated. */
  readonly progress?: (share: number) => void;
}

/** What the rules would have done. */
export interface Replay {
  readonly plan: HistoryPlan;
  /** Alerts that fired, in the order in which they began; those that still do at the end have no `endedMs`. */
  readonly alerts: readonly Alert[];
  /** Names of rules that a history cannot answer: it has no reboots and no silence of hosts. */
  readonly leftOut: readonly string[];
}

const DAY_MS = 86_400_000;
/** Longer distances of points are a hole, as for samples. */
const HOLE_STEPS = 2.5;

/**
 * Runs rules over a history, by the finest tier that has the begin of the range.
 * @throws HistoryError
 */
export function replay(history: SampleHistory, options: ReplayOptions): Replay {
  const { rules, fromMs, toMs, host: id, progress = () => {} } = options;
  const asked = rules.filter(({ condition: { kind } }) => kind !== 'reboot' && kind !== 'unheard');
  const metrics = history.catalogue.filter(({ name }) =>
    asked.some((rule) => rule.metrics.some((pattern) => matchesGlob(pattern, name))),
  );
  const plan = history.plan({
    fromMs,
    toMs,
    metrics: metrics.map(({ name }) => name),
    points: Number.MAX_SAFE_INTEGER,
  });
  const past = new PastHost(id, metrics, plan.stepMs);
  past.engine.setRules(asked);
  for (const slice of history.read(plan)) {
    past.follow(slice);
    progress(((slice.timesMs.at(-1) ?? fromMs) - fromMs) / Math.max(1, toMs - fromMs));
  }
  return {
    plan,
    alerts: past.alerts,
    leftOut: rules.filter((rule) => !asked.includes(rule)).map(({ name }) => name),
  };
}

/** The host of a history as an engine sees a host, at the times of the past. */
class PastHost {
  readonly engine: AlertEngine;
  readonly #host: LocalHost;
  readonly #stepMs: number;
  readonly #fired = new Map<string, Alert>();
  #firstMs = Number.NaN;
  #nowMs = 0;

  constructor(id: string, catalogue: readonly MetricDescriptor[], stepMs: number) {
    this.#stepMs = stepMs;
    this.#host = new LocalHost({ host: { id, label: id, facts: {} }, catalogue, intervalMs: stepMs });
    const clock = { now: () => this.#nowMs - this.#firstMs, wallNow: () => this.#nowMs };
    this.engine = new AlertEngine({ hosts: new HostRegistry([this.#host]), clock });
    this.#host.onSample((sample) => this.engine.accept(this.#host, sample));
  }

  get alerts(): readonly Alert[] {
    return [...this.#fired.values()].toSorted((one, other) => one.sinceMs - other.sinceMs);
  }

  follow({ timesMs, mean }: HistorySlice): void {
    for (const [row, timeMs] of timesMs.entries()) {
      const isAfterHole = timeMs - this.#nowMs > HOLE_STEPS * this.#stepMs;
      if (Number.isNaN(this.#firstMs)) this.#firstMs = timeMs;
      this.#nowMs = timeMs;
      this.#host.append({
        timestampMs: timeMs,
        gridIndex: Math.round((timeMs - this.#firstMs) / this.#host.unitMs),
        values: mean.map((column) => orNull(column[row])),
        ...(isAfterHole ? { gapReason: 'stall' } : {}),
      });
      this.engine.takeChanges();
      for (const alert of this.engine.takeUpdates())
        if (alert.firedMs !== null) this.#fired.set(alert.id, alert);
    }
  }
}

function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** The replay as text: an alert per line, then what each rule would have meant. */
export function* replayText(
  { plan, alerts, leftOut }: Replay,
  rules: readonly AlertRule[],
): Generator<string> {
  const days = Math.max((plan.toMs - plan.fromMs) / DAY_MS, 1 / 24);
  for (const alert of alerts) yield `${lineOf(alert)}\n`;
  if (alerts.length > 0) yield '\n';
  yield `${timeText(plan.fromMs)} to ${timeText(plan.toMs)}, by ${plan.tier} (${plan.stepMs / 1000} s)\n`;
  for (const { name } of rules) {
    if (leftOut.includes(name)) {
      yield `${name}: not in a history\n`;
      continue;
    }
    const own = alerts.filter(({ rule }) => rule === name);
    const messages = own.reduce(
      (sum, { isEvent, endedMs }) => sum + (isEvent || endedMs === null ? 1 : 2),
      0,
    );
    yield own.length === 0
      ? `${name}: quiet\n`
      : `${name}: ${countText(own.length)} ${own.length === 1 ? 'alert' : 'alerts'}, ${(messages / days).toFixed(1)} messages a day\n`;
  }
}

function lineOf({
  rule,
  metric,
  host,
  firedMs,
  sinceMs,
  endedMs,
  worst,
  unit,
  isEvent,
  outcome,
}: Alert): string {
  const begin = firedMs ?? sinceMs;
  const what = `${rule}  ${metric ?? host}`;
  const reading = worst === null ? '' : `  worst ${formatReading(worst, unit)}`;
  if (isEvent) return `${timeText(begin)}  ${what}${reading}`;
  const end =
    endedMs === null
      ? 'still fires'
      : `${formatDuration(endedMs - begin)}${outcome === 'gone' ? ', gone' : ''}`;
  return `${timeText(begin)}  ${end}  ${what}${reading}`;
}
