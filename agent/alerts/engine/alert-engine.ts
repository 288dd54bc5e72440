import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { HostRegistry } from '../../hosts/host-registry.ts';
import type { HostStream } from '../../hosts/host-stream.ts';
import type { SequencedSample } from '../../store/sample-store.ts';
import type { Alert, AlertChange } from '../alert.ts';
import type { AlertRule } from '../alert-rule.ts';
import { GONE_AFTER_MS, HostWatch } from './host-watch.ts';
import { Journal } from './journal.ts';
import { parseProgress, parseSubject } from './progress.ts';
import { Restored } from './restored.ts';

export interface Engine {
  /** Evaluates every rule on a sample. Does nothing before the first `setRules`. */
  accept(host: HostStream, sample: SequencedSample): void;
  /** Changes the rules; subjects of rules that keep their kind of condition keep their progress. Alerts of removed rules end with the outcome `removed`. */
  setRules(rules: readonly AlertRule[]): void;
  /** What has happened since the last call, in order. */
  takeChanges(): readonly AlertChange[];
  /**
   * Alerts that changed since the last call, each once and as it is now; one that fires also once a minute for its value. One that ended without
   * `firedMs` never fired: it was pending, or only had no value.
   */
  takeUpdates(): readonly Alert[];
  /** Alerts that have not ended. */
  readonly active: Iterable<Alert>;
  /** Sets or (`null`) clears when an alert was acknowledged. Returns whether it is active. */
  acknowledge(alertId: string, atMs: number | null): boolean;
  /** What changed in a subject's progress since the last call: JSON by `subjectKey`, `null` for what is forgotten. */
  takeProgress(): ReadonlyMap<string, string | null>;
  /** Continues where an earlier run stopped. Called before the first sample. @param alerts that have not ended */
  restore(progress: ReadonlyMap<string, string>, alerts: readonly Alert[]): void;
}

export interface AlertEngineOptions {
  readonly hosts: Pick<HostRegistry, 'list' | 'revision'>;
  /** For silences, and for the times that people see. A replay of the past has a clock that it sets to the time of each sample. */
  readonly clock: Pick<Clock, 'now' | 'wallNow'>;
  /** What the kernel calls this boot of a host; `null` if that is not known. */
  readonly bootIdOf?: (host: HostStream) => string | null;
  readonly newId?: () => string;
}

/** How often hosts that may be silent are looked at. */
const LOOK_EVERY_MS = 1000;
/** More than this between two samples was not observed: the agent stood still. */
const MOST_OBSERVED_INTERVALS = 3;

interface Watched {
  readonly watch: HostWatch;
  /** In `#observedMs`: when a sample came, and since when the host is no more in the registry. */
  heardMs: number;
  leftMs: number | null;
}

/**
 * Evaluates rules on the samples of hosts, and of hosts that other agents sample only whether they are there. Has neither timer nor file: it is driven by samples, and says what is to be told, shown and kept.
 * Durations are those of the host's sampling grid without its gaps.
 */
export class AlertEngine implements Engine {
  readonly #hosts: AlertEngineOptions['hosts'];
  readonly #clock: AlertEngineOptions['clock'];
  readonly #bootIdOf: (host: HostStream) => string | null;
  readonly #newId: () => string;
  readonly #journal = new Journal();
  readonly #watched = new Map<string, Watched>();
  /** By host, then by key: of hosts that have not been seen yet. */
  readonly #restored = new Map<string, Map<string, Restored>>();
  #rules: readonly AlertRule[] | null = null;
  #hostsRevision = Number.NaN;
  /** Monotonic. */
  #acceptedMs = Number.NaN;
  /** How long samples of any host have come in this run of the agent. */
  #observedMs = 0;
  #lookedMs = 0;

  constructor({ hosts, clock, bootIdOf = () => null, newId = randomUUID }: AlertEngineOptions) {
    this.#hosts = hosts;
    this.#clock = clock;
    this.#bootIdOf = bootIdOf;
    this.#newId = newId;
  }

  get active(): Iterable<Alert> {
    return [...this.#journal.active.values()].map((active) => active.alert());
  }

  restore(progress: ReadonlyMap<string, string>, alerts: readonly Alert[]): void {
    const byId = new Map(alerts.map((alert) => [alert.id, alert]));
    for (const [key, text] of progress) {
      const subject = parseSubject(key);
      const parsed = parseProgress(text);
      if (subject === null || parsed === null) continue;
      const known = parsed.alert === null ? undefined : byId.get(parsed.alert);
      const restored = new Restored(subject, parsed, known ?? null);
      this.#journal.restored(key, text);
      if (known !== undefined) this.#journal.active.set(known.id, restored);
      const ofHost = this.#restored.get(subject.host);
      if (ofHost === undefined) this.#restored.set(subject.host, new Map([[key, restored]]));
      else ofHost.set(key, restored);
    }
  }

  setRules(rules: readonly AlertRule[]): void {
    this.#rules = rules;
    const wallMs = this.#clock.wallNow();
    for (const { watch } of this.#watched.values()) watch.setRules(rules, wallMs);
  }

  accept(host: HostStream, sample: SequencedSample): void {
    if (this.#rules === null) return;
    const wallMs = this.#clock.wallNow();
    this.#observe(host.intervalMs);
    const watched = this.#watchedOf(host, this.#rules, wallMs);
    watched.heardMs = this.#observedMs;
    watched.leftMs = null;
    watched.watch.accept(sample, wallMs);
    if (this.#observedMs - this.#lookedMs >= LOOK_EVERY_MS) this.#lookAtHosts(this.#rules, wallMs);
  }

  acknowledge(alertId: string, atMs: number | null): boolean {
    const active = this.#journal.active.get(alertId);
    if (active === undefined) return false;
    active.acknowledge(atMs);
    this.#journal.show(active.alert());
    return true;
  }

  takeChanges(): readonly AlertChange[] {
    return this.#journal.takeChanges();
  }

  takeUpdates(): readonly Alert[] {
    return this.#journal.takeUpdates();
  }

  takeProgress(): ReadonlyMap<string, string | null> {
    return this.#journal.takeProgress();
  }

  #observe(intervalMs: number): void {
    const nowMs = this.#clock.now();
    const passedMs = Number.isNaN(this.#acceptedMs) ? 0 : nowMs - this.#acceptedMs;
    this.#acceptedMs = nowMs;
    this.#observedMs += Math.min(Math.max(0, passedMs), MOST_OBSERVED_INTERVALS * intervalMs);
  }

  #watchedOf(host: HostStream, rules: readonly AlertRule[], wallMs: number): Watched {
    const { id } = host.host;
    const known = this.#watched.get(id);
    if (known !== undefined) {
      known.watch.host = host;
      return known;
    }
    const restored = this.#restored.get(id) ?? new Map<string, Restored>();
    this.#restored.delete(id);
    const watch = new HostWatch({
      host,
      journal: this.#journal,
      newId: this.#newId,
      bootIdOf: this.#bootIdOf,
      restored,
    });
    const heardMs = this.#observedMs - watch.restoredSilenceMs;
    watch.setRules(rules, wallMs);
    const watched: Watched = { watch, heardMs, leftMs: null };
    this.#watched.set(id, watched);
    return watched;
  }

  /** Finds hosts that are new, silent, or gone. */
  #lookAtHosts(rules: readonly AlertRule[], wallMs: number): void {
    const passedMs = this.#observedMs - this.#lookedMs;
    this.#lookedMs = this.#observedMs;
    if (this.#hosts.revision !== this.#hostsRevision) this.#followHosts(rules, wallMs);
    for (const [id, watched] of this.#watched) {
      const { watch, leftMs } = watched;
      if (leftMs === null) {
        const isKnown = this.#listen(watched, passedMs);
        if (isKnown && watch.isListenedFor)
          watch.stepSilence(this.#observedMs - watched.heardMs, passedMs, wallMs);
      } else if (this.#observedMs - leftMs >= GONE_AFTER_MS) {
        watch.end('gone', wallMs);
        this.#watched.delete(id);
      }
    }
    if (this.#restored.size > 0 && this.#observedMs >= GONE_AFTER_MS) this.#dropRestored(wallMs);
  }

  /** Hears a host of another agent, whose samples do not come here, by its status. Returns whether it is known if it is there. */
  #listen(watched: Watched, passedMs: number): boolean {
    const { isRemote, status } = watched.watch.host;
    if (!isRemote || status.state === 'down') return true;
    watched.heardMs = status.state === 'up' ? this.#observedMs : watched.heardMs + passedMs;
    return status.state === 'up';
  }

  #followHosts(rules: readonly AlertRule[], wallMs: number): void {
    this.#hostsRevision = this.#hosts.revision;
    const present = this.#hosts.list();
    for (const watched of this.#watched.values()) watched.leftMs ??= this.#observedMs;
    for (const host of present) this.#watchedOf(host, rules, wallMs).leftMs = null;
  }

  /** Hosts of an earlier run that have not come back. */
  #dropRestored(wallMs: number): void {
    for (const ofHost of this.#restored.values()) {
      for (const restored of ofHost.values()) restored.end(this.#journal, 'gone', wallMs);
    }
    this.#restored.clear();
  }
}
