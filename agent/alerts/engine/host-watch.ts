import { matchesGlob, type MetricDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { HostStream } from '../../hosts/host-stream.ts';
import type { SequencedSample } from '../../store/sample-store.ts';
import type { AlertRule } from '../alert-rule.ts';
import { subjectKey } from '../alert.ts';
import { RebootWatch } from './event-watch.ts';
import { HostTime } from './host-time.ts';
import type { Journal } from './journal.ts';
import { RateMeans } from './rate-means.ts';
import type { Restored } from './restored.ts';
import { seed, type Seedling } from './seed.ts';
import { watchSeries, type SeriesWatch } from './series-watch.ts';
import type { WatchedRule } from './bounds.ts';
import { Watch, type Tick } from './watch.ts';

export interface HostWatchOptions {
  readonly host: HostStream;
  readonly journal: Journal;
  readonly newId: () => string;
  readonly bootIdOf: (host: HostStream) => string | null;
  /** By `subjectKey`: what an earlier run knew of this host. */
  readonly restored: Map<string, Restored>;
}

/** Observed time after which what is not there any more is gone, rather than about to come back. */
export const GONE_AFTER_MS = 10 * 60_000;
const UPTIME = 'system.uptime';

/** Evaluates all rules on the samples of one host. */
export class HostWatch {
  host: HostStream;
  readonly #with: HostWatchOptions;
  readonly #time = new HostTime();
  readonly #rates = new RateMeans();
  /** Those that concern this host. */
  #rules: readonly AlertRule[] = [];
  /** By name of a metric. */
  readonly #rulesOf = new Map<string, readonly AlertRule[]>();
  /** By name of the rule, then of the metric. */
  #series = new Map<string, Map<string, SeriesWatch>>();
  /** Those in the catalogue, and those that have left it. */
  #present: SeriesWatch[] = [];
  #missing: SeriesWatch[] = [];
  #rateIndexes: ReadonlySet<number> = new Set();
  readonly #reboots = new Map<string, RebootWatch>();
  readonly #silences = new Map<string, Watch>();
  #seedlings: Seedling[] = [];
  /** Of the values of the newest sample. */
  #catalogue: readonly MetricDescriptor[];
  #hostCatalogue: readonly MetricDescriptor[];
  #builtOf: readonly MetricDescriptor[] | null = null;
  #uptimeIndex = -1;
  readonly #tick: Tick = { timeMs: 0, observedMs: 0, wallMs: 0 };

  constructor(options: HostWatchOptions) {
    this.#with = options;
    this.host = options.host;

    this.#catalogue = options.host.catalogue;
    this.#hostCatalogue = options.host.catalogue;
  }

  /** Whether any rule tells when the host is not heard of. */
  get isListenedFor(): boolean {
    return this.#silences.size > 0;
  }

  setRules(rules: readonly AlertRule[], wallMs: number): void {
    const { id } = this.host.host;
    this.#rules = rules.filter(({ hosts }) => hosts.some((glob) => matchesGlob(glob, id)));
    this.#rulesOf.clear();
    this.#setHostRules(wallMs);
    this.#build(wallMs);
    this.#dropRestored(wallMs);
  }

  accept(sample: SequencedSample, wallMs: number): void {
    const isDue = this.#time.pass(this.host, sample);
    this.#followCatalogue(sample);
    if (!isDue) {
      const { stepMs } = this.#time;
      for (const index of this.#rateIndexes)
        this.#rates.add(index, sample.values[index] ?? null, stepMs, sample.repeated?.[index] === true);
      return;
    }
    if (this.#builtOf !== this.#catalogue) this.#build(wallMs);
    if (this.#seedlings.length > 0) this.#seed(sample);
    this.#evaluate(sample, wallMs);
  }

  /** @param silentMs since the host was heard */
  stepSilence(silentMs: number, observedMs: number, wallMs: number): void {
    for (const watch of this.#silences.values())
      watch.step(true, silentMs, { timeMs: 0, observedMs, wallMs });
  }

  /** How long nothing had come from the host when an earlier run of the agent ended, as far as that is known. */
  get restoredSilenceMs(): number {
    let silentMs = 0;
    for (const { progress } of this.#with.restored.values())
      silentMs = Math.max(silentMs, progress.kind === 'unheard' ? progress.silentMs : 0);
    return silentMs;
  }

  /** Ends all alerts, and forgets all progress. */
  end(outcome: 'gone' | 'removed', wallMs: number): void {
    for (const watches of this.#series.values()) {
      for (const watch of watches.values()) watch.end(outcome, wallMs);
    }
    for (const watch of this.#silences.values()) watch.end(outcome, wallMs);
    for (const watch of this.#reboots.values()) watch.forget();
  }

  #evaluate({ values, repeated }: SequencedSample, wallMs: number): void {
    const { stepMs } = this.#time;
    const tick = this.#tick;
    const observedMs = this.#time.takeObserved();
    tick.timeMs = this.#time.nowMs;
    tick.observedMs = observedMs;
    tick.wallMs = wallMs;
    const areRatesHeld = !this.#rates.isEmpty;
    for (const watch of this.#present) {
      let value = values[watch.index] ?? null;
      if (areRatesHeld && watch.isRate)
        value = this.#rates.with(watch.index, value, stepMs, repeated?.[watch.index] === true);
      watch.step(value, tick);
    }
    if (areRatesHeld) this.#rates.clear();
    for (const watch of this.#missing) watch.stepGone(observedMs, wallMs);
    if (this.#missing.length > 0) this.#dropGone(wallMs);
    if (this.#reboots.size > 0) this.#lookForReboot(values, wallMs);
  }

  #lookForReboot(values: readonly (number | null)[], wallMs: number): void {
    const boot = {
      id: this.#with.bootIdOf(this.host),
      bootedAtMs: this.host.host.facts.bootedAtMs ?? null,
      uptime: values[this.#uptimeIndex] ?? null,
    };
    for (const watch of this.#reboots.values()) watch.step(boot, wallMs);
  }

  #followCatalogue({ catalogue }: SequencedSample): void {
    const ofHost = this.host.catalogue;
    if (catalogue !== undefined) this.#catalogue = catalogue;
    else if (ofHost !== this.#hostCatalogue) this.#catalogue = ofHost;
    this.#hostCatalogue = ofHost;
  }

  #setHostRules(wallMs: number): void {
    const names = new Set<string>();
    for (const rule of this.#rules) {
      if (isOfSilence(rule)) {
        names.add(rule.name);
        const known = this.#silences.get(rule.name);
        if (known === undefined) this.#silences.set(rule.name, this.#watchSilence(rule, wallMs));
        else known.setRule(rule);
      } else if (rule.condition.kind === 'reboot') {
        names.add(rule.name);
        const known = this.#reboots.get(rule.name);
        if (known === undefined) this.#reboots.set(rule.name, this.#watchReboot(rule));
        else known.rule = rule;
      }
    }
    for (const [name, watch] of this.#silences) {
      if (names.has(name)) continue;
      watch.end('removed', wallMs);
      this.#silences.delete(name);
    }
    for (const [name, watch] of this.#reboots) {
      if (names.has(name)) continue;
      watch.forget();
      this.#reboots.delete(name);
    }
  }

  #watchSilence(rule: WatchedRule, wallMs: number): Watch {
    const watch = new Watch({ ...this.#optionsOf(rule, null, 's'), rule });
    const restored = this.#claim(watch.key, rule);
    if (restored !== undefined) watch.restore(restored.progress, restored.known, wallMs);
    return watch;
  }

  #watchReboot(rule: AlertRule): RebootWatch {
    const watch = new RebootWatch(this.#optionsOf(rule, null, ''));
    const restored = this.#claim(watch.key, rule);
    if (restored !== undefined) watch.restore(restored.progress);
    return watch;
  }

  /** Finds the series of each rule. */
  #build(wallMs: number): void {
    const catalogue = this.#catalogue;
    const before = this.#series;
    this.#series = new Map();
    this.#present = [];
    this.#missing = [];
    this.#uptimeIndex = -1;
    this.#rates.clear();
    if (this.#rulesOf.size > 2 * catalogue.length + 1000) this.#rulesOf.clear();
    for (const [index, descriptor] of catalogue.entries()) {
      if (descriptor.name === UPTIME) this.#uptimeIndex = index;
      for (const rule of this.#matching(descriptor.name)) {
        const watch = this.#adopt(rule, descriptor, before, wallMs);
        watch.find(descriptor, index);
        this.#present.push(watch);
      }
    }
    this.#rateIndexes = new Set(this.#present.filter(({ isRate }) => isRate).map(({ index }) => index));
    for (const [name, watches] of before) {
      for (const [metric, watch] of watches) this.#leave(name, metric, watch, wallMs);
    }
    this.#builtOf = catalogue;
  }

  #adopt(
    rule: AlertRule,
    descriptor: MetricDescriptor,
    before: Map<string, Map<string, SeriesWatch>>,
    wallMs: number,
  ): SeriesWatch {
    const { name } = descriptor;
    let watch = before.get(rule.name)?.get(name);
    before.get(rule.name)?.delete(name);
    if (watch !== undefined && watch.rule.condition.kind !== rule.condition.kind) {
      watch.end('removed', wallMs);
      watch = undefined;
    }
    watch ??= this.#watch(rule, descriptor, wallMs);
    const past = watch.setRule(rule);
    if (past !== null) this.#seedlings.push({ descriptor, past, spanMs: spanOf(rule) });
    this.#hold(rule.name, name, watch);
    return watch;
  }

  #watch(rule: AlertRule, descriptor: MetricDescriptor, wallMs: number): SeriesWatch {
    const options = this.#optionsOf(rule, descriptor.name, descriptor.unit);
    const watch = watchSeries(options, this.host.intervalMs);
    const restored = this.#claim(subjectKey(options.subject), rule);
    if (restored !== undefined) watch.restore(restored.progress, restored.known, wallMs);
    return watch;
  }

  /** The series is not in the catalogue, or the rule does not mean it any more. */
  #leave(name: string, metric: string, watch: SeriesWatch, wallMs: number): void {
    const rule = this.#ruleFor(name, metric, watch.rule.condition.kind);
    if (rule === undefined) {
      watch.end('removed', wallMs);
      return;
    }
    watch.setRule(rule);
    if (watch.isIdle) {
      watch.end('gone', wallMs);
      return;
    }
    this.#hold(name, metric, watch);
    this.#missing.push(watch);
  }

  #dropGone(wallMs: number): void {
    const isGone = ({ goneMs, rule }: SeriesWatch): boolean =>
      goneMs >= Math.max(GONE_AFTER_MS, rule.noDataForMs ?? 0);
    for (const watches of this.#series.values()) {
      for (const [metric, watch] of watches) {
        if (!isGone(watch)) continue;
        watch.end('gone', wallMs);
        watches.delete(metric);
      }
    }
    this.#missing = this.#missing.filter((watch) => !isGone(watch));
  }

  /** What an earlier run knew, and this one has found neither rule nor series for. */
  #dropRestored(wallMs: number): void {
    for (const [key, restored] of this.#with.restored) {
      const { subject, progress, known } = restored;
      const { rule: name, metric } = subject;
      const rule = metric === null ? undefined : this.#ruleFor(name, metric, progress.kind);
      this.#with.restored.delete(key);
      if (rule === undefined || metric === null) {
        restored.end(this.#with.journal, 'removed', wallMs);
        continue;
      }
      const options = this.#optionsOf(rule, metric, known?.unit ?? '');
      const watch = watchSeries(options, this.host.intervalMs);
      watch.setRule(rule);
      watch.restore(progress, known, wallMs);
      this.#hold(name, metric, watch);
      this.#missing.push(watch);
    }
  }

  #claim(key: string, rule: AlertRule): Restored | undefined {
    const { restored } = this.#with;
    const found = restored.get(key);
    if (found?.progress.kind !== rule.condition.kind) return undefined;
    restored.delete(key);
    return found;
  }

  #seed({ timestampMs }: SequencedSample): void {
    const seedlings = this.#seedlings;
    this.#seedlings = [];
    seed(this.host, seedlings, { timestampMs, timeMs: this.#time.nowMs });
  }

  #matching(name: string): readonly AlertRule[] {
    const known = this.#rulesOf.get(name);
    if (known !== undefined) return known;
    const found = this.#rules.filter(
      ({ condition, metrics }) =>
        condition.kind !== 'reboot' &&
        condition.kind !== 'unheard' &&
        metrics.some((glob) => matchesGlob(glob, name)),
    );
    this.#rulesOf.set(name, found.length === 0 ? NO_RULES : found);
    return found;
  }

  #ruleFor(name: string, metric: string, kind: string): AlertRule | undefined {
    return this.#matching(metric).find((rule) => rule.name === name && rule.condition.kind === kind);
  }

  #hold(rule: string, metric: string, watch: SeriesWatch): void {
    const watches = this.#series.get(rule);
    if (watches === undefined) this.#series.set(rule, new Map([[metric, watch]]));
    else watches.set(metric, watch);
  }

  #optionsOf<Rule extends AlertRule>(rule: Rule, metric: string | null, unit: string) {
    const { journal, newId } = this.#with;
    const { id, label } = this.host.host;
    const labels = { host: label, metric: null, instance: null };
    return { journal, rule, subject: { rule: rule.name, host: id, metric }, unit, labels, newId };
  }
}

const NO_RULES: readonly AlertRule[] = [];

function isOfSilence(rule: AlertRule): rule is WatchedRule {
  return rule.condition.kind === 'unheard';
}

/** How much of the past the rule needs, ms. */
function spanOf({ condition }: AlertRule): number {
  if (condition.kind === 'forecast') return condition.overMs;
  return condition.kind === 'threshold' && condition.reading.kind !== 'value'
    ? condition.reading.windowMs
    : 0;
}
