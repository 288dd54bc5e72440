import type { AlertBoard } from '../../alerts/alert-board.ts';
import type { Clock } from '../../clock.ts';
import type { KernelRoots } from '../../sampling/kernel/roots.ts';
import { counter, gauge, NO_LABELS, rawValue, type RawValue } from '../../sampling/raw-values.ts';
import { withDeadline } from '../../sampling/deadline.ts';
import type { ScopedHost, ScopeView } from '../../sessions/scope-view.ts';
import { Exposition, type Format } from './exposition.ts';
import { KernelSources, type ScrapeContext, type ScrapeSource } from './kernel-sources.ts';
import { KernelTexts } from './kernel-texts.ts';
import { readOwnProcess } from './own-process.ts';
import { PanelValues } from './panel-values.ts';
import { instanceParts, visibleIn } from './visibility.ts';

export interface ScrapeOptions {
  /** Of a host whose kernel is read; `null` where values come from elsewhere. */
  readonly kernelRoots: KernelRoots | null;
  readonly version: string;
  readonly clock: Clock;
  readonly alerts?: Pick<AlertBoard, 'changedAfter'> | null | undefined;
}

/** A scrape waits this long for what a driver may take long for. */
const PATIENCE_MS = 100;
/** About half a millisecond of work. */
const STEP_SERIES = 100;

/** Collectors whose counters are read again for the scrape: a second more or less is 7 % of a rate over 15. */
const READ_AGAIN: ReadonlySet<string> = new Set([
  'cpu',
  'memory',
  'network',
  'disks',
  'filesystems',
  'pressure',
  'system',
  'sockets',
]);
/** First words of the live metrics that these are about. */
const TOLD_BY_KERNEL =
  /^(?:cpu|memory|network|disk|filesystem|pressure|load|system|tcp|udp|sockets|temperature|fan|power|energy|battery)(?:\.|$)/;

const DURATION = gauge(
  'node_scrape_collector_duration_seconds',
  's',
  'Duration of a collector scrape, without the time that it waited.',
);
const SUCCESS = gauge('node_scrape_collector_success', '1', 'Whether a collector succeeded.');
const BUILD = gauge('metrics_panel_build_info', '1', 'The version of the agent.');
const SCRAPES = counter('metrics_panel_agent_scrapes_total', '1', 'Scrapes answered since the first.');
const ALERTS = gauge('metrics_panel_alerts', '1', 'Alerts now, by state and severity.');
const STATES = ['pending', 'firing', 'clearing'];

/** Answers scrapes: the sampled host under node_exporter's names, and what only this agent knows under `metrics_panel_*`. */
export class Scrape {
  readonly #options: ScrapeOptions;
  readonly #kernel: KernelSources | null;
  readonly #texts = new KernelTexts();
  readonly #panelValues: PanelValues;
  #count = 0;

  constructor(options: ScrapeOptions) {
    this.#options = options;
    this.#kernel = options.kernelRoots === null ? null : new KernelSources(options.kernelRoots, this.#texts);
    const isKernel = this.#kernel !== null;
    this.#panelValues = new PanelValues(
      ({ name, kind }) => isKernel && (kind === 'rate' || TOLD_BY_KERNEL.test(name)),
    );
  }

  /** To await before `write`. Never rejects. */
  async prepare(): Promise<void> {
    if (this.#kernel === null) return;
    // What is not there in time is left out.
    await withDeadline(this.#kernel.prepare(), PATIENCE_MS, this.#options.clock).catch(() => {});
  }

  /** What a scope shows of the host that is sampled here, in steps of a millisecond or less. */
  *write(view: ScopeView, format: Format): Generator<undefined, string> {
    const exposition = new Exposition(format);
    const host = view.hosts.find(({ broadcast }) => broadcast.stream.rawValues !== undefined);
    if (host === undefined) return exposition.toString();
    const show = visibleIn(host);
    const add = (series: RawValue): void => {
      const shown = show(series);
      if (shown !== null) exposition.add(shown);
    };
    this.#count += 1;
    // At once, since they change with the next sample.
    const { filesystems, others, told } = this.#rawValues(host);
    for (const series of others) add(series);
    for (const series of this.#panelValues.read(host.broadcast.stream, told)) add(series);
    for (const series of this.#own(host)) add(series);
    yield;
    const context = {
      wallMs: this.#options.clock.wallNow(),
      filesystems,
      partOf: host.showsEverything ? () => undefined : instanceParts(host),
    };
    for (const source of this.#kernel?.all ?? []) yield* runSource(source, context, add);
    yield;
    return exposition.toString();
  }

  close(): void {
    this.#kernel?.close();
    this.#texts.close();
  }

  #rawValues({ broadcast }: ScopedHost): {
    readonly filesystems: readonly RawValue[];
    readonly others: readonly RawValue[];
    /** Live metrics that these show. */
    readonly told: ReadonlySet<string>;
  } {
    let filesystems: readonly RawValue[] = [];
    const others: RawValue[] = [];
    for (const { subject, values } of broadcast.stream.rawValues?.() ?? []) {
      if (this.#kernel === null || !READ_AGAIN.has(subject)) others.push(...values);
      else if (subject === 'filesystems') filesystems = [...values];
    }
    const told = new Set(others.flatMap(({ metric }) => metric ?? []));
    return { filesystems, others, told };
  }

  *#own({ id }: ScopedHost): Generator<RawValue, void> {
    const { version, alerts } = this.#options;
    yield* rawValue(BUILD, { version }, 1);
    yield* rawValue(SCRAPES, NO_LABELS, this.#count);
    yield* readOwnProcess(this.#texts);
    if (alerts === undefined || alerts === null) return;
    const now = alerts.changedAfter(id, -1).map(({ alert }) => alert);
    for (const severity of new Set(['warning', 'trouble', ...now.map((alert) => alert.severity)])) {
      for (const state of STATES) {
        const count = now.filter((alert) => alert.state === state && alert.severity === severity).length;
        yield* rawValue(ALERTS, { state, severity }, count);
      }
    }
  }
}

/** One that fails is told as such, and hides no other. */
function* runSource(
  source: ScrapeSource,
  context: ScrapeContext,
  add: (series: RawValue) => void,
): Generator<undefined, void> {
  const labels = { collector: source.name };
  let startMs = performance.now();
  let busyMs = 0;
  let count = 0;
  let isThere = false;
  try {
    const values = source.read(context);
    for (const series of values ?? []) {
      add(series);
      count += 1;
      if (count % STEP_SERIES !== 0) continue;
      busyMs += performance.now() - startMs;
      yield;
      startMs = performance.now();
    }
    isThere = values !== null;
  } catch {
    isThere = false;
  }
  busyMs += performance.now() - startMs;
  for (const series of rawValue(DURATION, labels, busyMs / 1000)) add(series);
  for (const series of rawValue(SUCCESS, labels, isThere ? 1 : 0)) add(series);
}
