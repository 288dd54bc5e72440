import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import { HostRegistry } from '../../../hosts/host-registry.ts';
import { LocalHost } from '../../../hosts/local-host.ts';
import type { GapReason } from '../../../sampling/sample.ts';
import type { SampleHistory } from '../../../store/sample-history.ts';
import type { Alert, AlertChange } from '../../alert.ts';
import type { AlertRule } from '../../alert-rule.ts';
import { AlertEngine } from '../alert-engine.ts';

type Values = Readonly<Record<string, number | null>>;

export interface SampleOptions {
  /** Time since the sample before. */
  readonly afterMs?: number;
  readonly gapReason?: GapReason;
  /** Of a host other than `a`. */
  readonly of?: string;
  readonly descriptors?: readonly MetricDescriptor[];
}

export function metric(name: string): MetricDescriptor {
  return { name, label: name, unit: 'percent', kind: 'gauge', group: name, help: '', source: 'test' };
}

/** A rule on `disk`: at or above 90, clear below 80, at once; or what `changes` say. */
export function ruleOf(changes: Partial<AlertRule> = {}): AlertRule {
  return {
    name: 'full',
    title: 'Disk almost full',
    severity: 'trouble',
    hosts: ['*'],
    metrics: ['disk'],
    condition: {
      kind: 'threshold',
      reading: { kind: 'value' },
      direction: 'above',
      threshold: 90,
      clear: 80,
    },
    forMs: 0,
    keepForMs: 0,
    noDataForMs: null,
    channels: null,
    repeatMs: 0,
    repeatAtMost: 0,
    ...changes,
  };
}

/** An engine, its hosts, and a store that outlives both. Time only passes with samples. */
export class EngineBed {
  readonly hosts = new HostRegistry();
  /** What was told and saved. */
  readonly told: AlertChange[] = [];
  /** Alerts that have not ended, by id, and every one that has. */
  readonly open = new Map<string, Alert>();
  readonly ended: Alert[] = [];
  readonly progress = new Map<string, string>();
  /** Monotonic, and wall time minus that. */
  nowMs = 0;
  wallOffsetMs = 1_700_000_000_000;
  bootId: string | null = 'boot-1';
  engine: AlertEngine;
  #rules: readonly AlertRule[];
  readonly #streams = new Map<string, LocalHost>();
  #ids = 0;
  /** Of hosts that are added from now on. */
  history: SampleHistory | undefined;

  constructor(rules: readonly AlertRule[]) {
    this.#rules = rules;
    this.engine = this.#start();
  }

  get wallMs(): number {
    return this.wallOffsetMs + this.nowMs;
  }

  /** The changes told so far, without what is the same in all of them. */
  get messages(): string[] {
    return this.told.map(
      ({ kind, alert }) =>
        `${kind} ${alert.rule} ${alert.metric ?? alert.host}${kind === 'ended' ? ` ${alert.outcome}` : ''}`,
    );
  }

  get active(): Alert[] {
    return [...this.engine.active];
  }

  setRules(...rules: readonly AlertRule[]): void {
    this.#rules = rules;
    this.engine.setRules(rules);
  }

  /** A host that is in the registry from now on. Returns the undo. */
  addHost(id: string, catalogue: readonly MetricDescriptor[] = []): () => void {
    const host = new LocalHost({ host: { id, label: id, facts: {} }, catalogue, intervalMs: 1000 });
    host.history = this.history;
    host.onSample((sample) => this.engine.accept(host, sample));
    this.#streams.set(id, host);
    return this.hosts.add(host);
  }

  host(id = 'a'): LocalHost {
    const host = this.#streams.get(id);
    if (host === undefined) throw new Error(`there is no host ${id}`);
    return host;
  }

  /** One more sample, a second after the one before, with metrics of these names. Saves what comes of it. */
  sample(values: Values, options: SampleOptions = {}): void {
    this.unsaved(values, options);
    this.save();
  }

  /** Takes `count` samples. */
  samples(count: number, values: Values, options?: SampleOptions): void {
    for (let index = 0; index < count; index += 1) this.sample(values, options);
  }

  unsaved(values: Values, { afterMs = 1000, gapReason, of = 'a', descriptors }: SampleOptions = {}): void {
    this.nowMs += afterMs;
    const names = Object.keys(values);
    const catalogue = descriptors ?? names.map((name) => metric(name));
    if (!this.#streams.has(of)) this.addHost(of, catalogue);
    const host = this.host(of);
    const isSame = host.catalogue.map(({ name }) => name).join() === names.join();
    host.append({
      timestampMs: this.wallMs,
      gridIndex: this.nowMs / host.unitMs,
      values: Object.values(values),
      ...(isSame ? {} : { catalogue }),
      ...(gapReason === undefined ? {} : { gapReason }),
    });
  }

  /** What a sink does: all of it in one transaction. */
  save(): void {
    this.told.push(...this.engine.takeChanges());
    for (const alert of this.engine.takeUpdates()) {
      if (alert.state === 'ended') {
        this.open.delete(alert.id);
        this.ended.push(alert);
      } else this.open.set(alert.id, alert);
    }
    for (const [key, progress] of this.engine.takeProgress()) {
      if (progress === null) this.progress.delete(key);
      else this.progress.set(key, progress);
    }
  }

  /** Ends the agent, and starts it again. What was not saved is lost. */
  restart(offMs = 0): void {
    this.nowMs += offMs;
    for (const [id, host] of this.#streams) {
      this.hosts.add(host)();
      this.#streams.delete(id);
    }
    this.engine = this.#start();
  }

  #start(): AlertEngine {
    const engine = new AlertEngine({
      hosts: this.hosts,
      clock: { now: () => this.nowMs, wallNow: () => this.wallMs },
      bootIdOf: ({ host }) => (host.id === 'a' ? this.bootId : null),
      newId: () => {
        this.#ids += 1;
        return `alert-${this.#ids}`;
      },
    });
    engine.restore(this.progress, [...this.open.values()]);
    engine.setRules(this.#rules);
    return engine;
  }
}
