import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import { CounterRates } from '../../counter-rate.ts';
import { bytes, rounded } from '../../rounding.ts';
import { Instances } from '../../instances.ts';
import { counter, NO_LABELS, rawValue, type RawValue } from '../../raw-values.ts';
import { AGENT_METRICS, costMetrics, HISTORY_METRICS } from './metrics.ts';

/** Measurements of the agent itself, called once per read. */
export interface AgentReadings {
  sessions(): number;
  sentBytes(): number;
  /** How late the current sample began, ms. */
  lagMs(): number;
  /** Duration of the previous sample; `null` before the first. */
  sampleDurationMs(): number | null;
  /** Duration of each collector's last read, and its failures since the start. */
  collectors(): readonly {
    readonly subject: string;
    readonly durationMs: number | null;
    readonly failures: number;
  }[];
  /** Absent where no history is kept; its answer is `null` before it begins. */
  readonly history?: () => HistoryReadings | null;
}

export interface HistoryReadings {
  /** `null` while it is not open. */
  readonly sizeBytes: number | null;
  /** Time since samples were last written, ms. */
  readonly behindMs: number;
}

/**
 * What the agent costs its host. Rates are `null` at the first read.
 *
 * Lag is measured with the sampler's own timer: `monitorEventLoopDelay` would wake the process a hundred times a second and cost more than all
 * collectors together.
 */
export function agentCollector(readings: AgentReadings): Collector {
  return new AgentCosts(readings);
}

class AgentCosts implements Collector {
  readonly subject = 'agent';
  /** Over less time, it would mostly measure its own measuring. */
  readonly everyMs = 1000;
  metrics: readonly MetricDescriptor[];
  readonly #ownMetrics: readonly MetricDescriptor[];
  readonly #readings: AgentReadings;
  readonly #instances = new Instances(costMetrics);
  readonly #rates = new CounterRates();
  #memory: Values = [null, null];
  #memoryAtMs = Number.NEGATIVE_INFINITY;

  constructor(readings: AgentReadings) {
    this.#readings = readings;
    this.#ownMetrics =
      readings.history === undefined ? AGENT_METRICS : [...AGENT_METRICS, ...HISTORY_METRICS];
    this.metrics = this.#ownMetrics;
  }

  /** Sessions may not exist yet, so only the collectors are listed here. */
  prime(atMs: number): void {
    this.#list(this.#readings.collectors());
    this.#rates.next([cpuTimeUs(), null], atMs);
  }

  read(atMs: number): Values {
    const readings = this.#readings;
    const costs = readings.collectors();
    this.#list(costs);
    const [cpuUsPerSecond = null, sent = null] = this.#rates.next([cpuTimeUs(), readings.sentBytes()], atMs);
    const values = [
      cpuUsPerSecond === null ? null : rounded(Math.min(cpuUsPerSecond / US_PER_PERCENT, 100), 2),
      ...this.#readMemory(atMs),
      rounded(readings.lagMs(), 2),
      rounded(readings.sampleDurationMs(), 2),
      readings.sessions(),
      bytes(sent),
      ...(readings.history === undefined ? [] : historyValues(readings.history())),
    ];
    for (const { durationMs, failures } of costs) values.push(rounded(durationMs, 3), failures);
    return values;
  }

  *rawValues(): Generator<RawValue, void> {
    const [cpuUs = null, sent] = this.#rates.counts;
    yield* rawValue(CPU_TIME, NO_LABELS, cpuUs === null ? null : cpuUs / US_PER_SECOND, 'agent.cpu');
    yield* rawValue(SENT, NO_LABELS, sent, 'agent.sent');
    for (const { subject, failures } of this.#readings.collectors()) {
      const metric = `agent.collector.${subject}.failures`;
      yield* rawValue(FAILURES, { collector: subject }, failures, metric);
    }
  }

  #readMemory(atMs: number): Values {
    if (atMs - this.#memoryAtMs >= MEMORY_EVERY_MS) {
      this.#memoryAtMs = atMs;
      const { rss, heapUsed } = process.memoryUsage();
      this.#memory = [bytes(rss), bytes(heapUsed)];
    }
    return this.#memory;
  }

  #list(costs: ReturnType<AgentReadings['collectors']>): void {
    if (!this.#instances.update(costs.map(({ subject }) => subject))) return;
    this.metrics = [...this.#ownMetrics, ...this.#instances.metrics];
  }
}

function historyValues(history: HistoryReadings | null): Values {
  if (history === null) return [null, null];
  return [bytes(history.sizeBytes), Math.round(history.behindMs / MS_PER_SECOND)];
}

const MS_PER_SECOND = 1000;

/** Costs as much as reading three files, so it is skipped for most of ten samples a second. */
const MEMORY_EVERY_MS = 950;

const CPU_TIME = counter(
  'metrics_panel_agent_cpu_seconds_total',
  's',
  'Processor time that the agent has used since it started.',
);
const SENT = counter(
  'metrics_panel_agent_sent_bytes_total',
  'By',
  'Bytes sent to all sessions since the agent started.',
);
const FAILURES = counter(
  'metrics_panel_agent_collector_failures_total',
  '1',
  'Readings that failed or came too late since the agent started.',
);

const US_PER_SECOND = 1e6;
/** One percent of a second. */
const US_PER_PERCENT = 10_000;

function cpuTimeUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
