import type { AlertChange } from '../alerts/alert.ts';
import type { AlertRule } from '../alerts/alert-rule.ts';
import type { AlertSettings } from '../alerts/alert-settings.ts';
import type { AlertStore, Silence } from '../alerts/alert-store.ts';
import type { Delivery } from '../alerts/delivery/notifier.ts';
import { AlertEngine } from '../alerts/engine/alert-engine.ts';
import type { RuleRefusal, RulesFile, RuleView } from '../alerts/rules-file.ts';
import { HostRegistry } from '../hosts/host-registry.ts';
import { AlertSink } from '../sinks/alert-sink.ts';
import { attachSink } from '../sinks/sample-sink.ts';
import { RecordedAgent } from './recorded-agent.ts';

/** A processor at 90 % for five seconds; it clears below 80 %. */
export const BUSY: AlertRule = {
  name: 'busy',
  title: 'Busy',
  severity: 'warning',
  hosts: ['*'],
  metrics: ['cpu'],
  condition: { kind: 'threshold', reading: { kind: 'value' }, direction: 'above', threshold: 90, clear: 80 },
  forMs: 5000,
  keepForMs: 5000,
  noDataForMs: null,
  channels: null,
  repeatMs: 0,
  repeatAtMost: 0,
};
export const SETTINGS: AlertSettings = { rules: [BUSY], channels: [], maintenance: [], dashboardUrl: null };

class TestFile implements RulesFile {
  settings = SETTINGS;
  problem: string | null = null;
  revision = 0;
  load = (): Promise<void> => Promise.resolve();
  visit = (): void => {};
  written: unknown[] = [];
  refusal: RuleRefusal | null = null;
  ruleViews = (): readonly RuleView[] =>
    this.settings.rules.map((rule) => ({ ...rule, origin: 'own', written: { above: 90 }, rule }));
  writeRule = (name: string, rule: unknown): Promise<RuleRefusal | null> => {
    if (this.refusal === null) this.written.push([name, rule]);
    return Promise.resolve(this.refusal);
  };
  stop = (): void => {};
}

/** Tells everything with the next visit, and keeps what is left to tell as delivery does: in messages. */
class TestDelivery implements Delivery {
  readonly problems = new Map<string, string>();
  silences: readonly Silence[] = [];
  acknowledged: string[] = [];
  readonly #told: string[];
  readonly #waiting = new Map<string, string>();
  readonly #changed = new Map<string, string | null>();

  constructor(told: string[]) {
    this.#told = told;
  }

  take(changes: readonly AlertChange[]): void {
    for (const { kind, alert } of changes) this.#put(`${alert.id} ${kind}`, kind);
  }
  visit(): void {
    for (const [id, kind] of this.#waiting) {
      this.#told.push(kind);
      this.#waiting.delete(id);
      this.#changed.set(id, null);
    }
  }
  takeMessages(): ReadonlyMap<string, string | null> {
    const changed = new Map(this.#changed);
    this.#changed.clear();
    return changed;
  }
  restore(messages: ReadonlyMap<string, string>): void {
    for (const [id, kind] of messages) this.#waiting.set(id, kind);
  }
  setSettings(): void {}
  setSilences(silences: readonly Silence[]): void {
    this.silences = silences;
  }
  acknowledge(id: string): void {
    this.acknowledged.push(id);
  }
  test = (channel: string): Promise<string | null> => Promise.resolve(this.problems.get(channel) ?? null);
  stop = (): Promise<void> => Promise.resolve();
  #put(id: string, kind: string): void {
    this.#waiting.set(id, kind);
    this.#changed.set(id, kind);
  }
}

/** A host with a history and alerts, by a clock that the test advances. */
export class AlertAgent {
  readonly recorded: RecordedAgent;
  readonly hosts: HostRegistry;
  readonly file = new TestFile();
  readonly delivery: TestDelivery;
  readonly sink: AlertSink;
  loads = 0;
  /** While set, nothing can be loaded. */
  loadError: Error | null = null;
  /** Whether another agent tells what happens here. */
  isToldElsewhere = false;
  /** Replaces what the history says. */
  store: (() => AlertStore | null | undefined) | null = null;
  readonly #detach: () => Promise<void>;

  /** @param told where delivery puts what it tells */
  constructor(folder: string, told: string[]) {
    this.recorded = new RecordedAgent(folder);
    this.delivery = new TestDelivery(told);
    const { clock, host, captured, sink: history } = this.recorded;
    const hosts = new HostRegistry([host]);
    this.hosts = hosts;
    this.sink = new AlertSink({
      load: () => {
        this.loads += 1;
        if (this.loadError !== null) return Promise.reject(this.loadError);
        return Promise.resolve({
          createEngine: () => new AlertEngine({ hosts, clock }),
          file: this.file,
          createDelivery: () => this.delivery,
        });
      },
      store: () => {
        if (this.store !== null) return this.store();
        return host.history === undefined ? undefined : host.history && history.alertStore;
      },
      isToldElsewhere: () => this.isToldElsewhere,
      clock,
      log: captured.log,
    });
    this.#detach = attachSink(hosts, this.sink, (error) => {
      throw error;
    });
  }

  get states(): readonly string[] {
    return this.sink.board.alerts.map(({ state }) => state);
  }

  async run(seconds: number, cpu: number | null): Promise<void> {
    this.recorded.value = cpu;
    await this.recorded.run(seconds);
  }

  async stop(): Promise<void> {
    await this.#detach();
    await this.recorded.stop();
  }
}
