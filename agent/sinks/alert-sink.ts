import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Alert } from '../alerts/alert.ts';
import { AlertRecords } from '../alerts/alert-records.ts';
import type { AlertSnapshot, AlertStore, Silence } from '../alerts/alert-store.ts';
import type { AlertsHealth } from '../alerts/alerts-health.ts';
import type { Delivery } from '../alerts/delivery/notifier.ts';
import type { Engine } from '../alerts/engine/alert-engine.ts';
import type { RulesFile } from '../alerts/rules-file.ts';
import { ShownAlerts } from '../alerts/shown-alerts.ts';
import type { Clock } from '../clock.ts';
import type { HostStream } from '../hosts/host-stream.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import { errorCode } from '../system-error.ts';
import type { SampleSink } from './sample-sink.ts';

/** What does the work; loaded after the first sample. */
export interface AlertParts {
  readonly createEngine: () => Engine;
  readonly file: RulesFile;
  /**
   * @param changed called when the outbox has changed, but by no call of ours
   * @param newest an alert as it is now; `undefined` if it has ended
   */
  readonly createDelivery: (changed: () => void, newest: (id: string) => Alert | undefined) => Delivery;
}

export interface AlertSinkOptions {
  readonly load: () => Promise<AlertParts>;
  /** Where alerts are kept now: `null` while it is being opened for the first time, `undefined` if nowhere. */
  readonly store: () => AlertStore | null | undefined;
  /** Whether another agent keeps the alerts of this host, and tells them. */
  readonly isToldElsewhere?: () => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}

export type SilenceRequest = Omit<Silence, 'id' | 'fromMs'>;

interface Work {
  engine: Engine;
  readonly delivery: Delivery;
  readonly file: RulesFile;
  readonly createEngine: () => Engine;
}

/** Clients and the history get the first samples first. */
const AFTER_FIRST_SAMPLE_MS = 300;
const LOAD_AGAIN_MS = 60_000;
/** A kill loses no more of a rule's progress than this; what was told is saved at once. */
const SAVE_EVERY_MS = 10_000;
const WHILE_BUSY_MS = 1000;
/** So long messages wait for a file that another program locks. */
const HOLD_AT_MOST_MS = 10_000;
/** So long a message that is being sent may hold up the end. */
const STOP_MS = 800;
const MAX_SILENCES = 200;

/**
 * Evaluates alert rules on every sample, shows and keeps what comes of it, and lets it be told. All its work follows a sample. Nothing is told before it is
 * saved, so that a restart does not tell it again; where nothing can be saved, alerts go on in memory.
 */
export class AlertSink implements SampleSink {
  readonly board = new ShownAlerts();
  readonly #options: AlertSinkOptions;
  #records = new AlertRecords();
  #loading: Promise<Work> | null = null;
  #work: Work | null = null;
  /** When its loading may be tried again, monotonic. */
  #loadDueMs = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | null = null;
  #store: AlertStore | null = null;
  /** Whether it is decided what an earlier run has left. */
  #isRestored = false;
  /** Whether something has happened in this run that people were or will be told. */
  #hasHappened = false;
  #settingsRevision = -1;
  /** Something that must be saved before it is told. */
  #isUrgent = false;
  /** When what is not urgent is saved, monotonic. */
  #saveDueMs = 0;
  /** Since when the file is locked, monotonic. */
  #busySinceMs: number | null = null;
  #failure: string | null = null;
  #isStopped = false;

  constructor(options: AlertSinkOptions) {
    this.#options = options;
  }

  get health(): AlertsHealth {
    const { file, delivery } = this.#work ?? {};
    const reasons = [
      ...(this.#failure === null ? [] : [this.#failure]),
      ...(file === undefined || file.problem === null ? [] : [file.problem]),
      ...(delivery?.problems.values() ?? []),
    ];
    return reasons.length === 0 ? { state: 'ok' } : { state: 'failed', reason: reasons.join(' ') };
  }

  accept(host: HostStream, sample: SequencedSample): void {
    if (this.#isStopped) return;
    const work = this.#work;
    if (work === null) {
      this.#begin();
      return;
    }
    this.#followStore(work);
    if (!this.#isRestored) return;
    try {
      work.file.visit();
      this.#applySettings(work);
      work.engine.accept(host, sample);
      this.#endSilences(work);
      this.#passOn(work);
      this.#failure = null;
    } catch (error) {
      if (this.#failure === null) this.#options.log.error({ err: error }, 'Alerts cannot be evaluated');
      this.#failure = 'Alerts cannot be evaluated: the log has the reason.';
    }
  }

  /** Settles within about a second. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel?.();
    // What is still being loaded, perhaps from a folder that does not answer, has nothing to save.
    const work = this.#work;
    if (work === null) return;
    if (this.#isRestored) this.#save(work);
    let cancel = (): void => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.schedule(resolve, STOP_MS);
    });
    await Promise.race([work.delivery.stop(), late]);
    cancel();
    work.file.stop();
    if (!this.#isRestored) return;
    this.#records.messages.change(work.delivery.takeMessages());
    this.#save(work);
  }

  // ---------------------------------------------------------------------------------------------- what people do

  /** alerts.yaml. @throws what its loading does */
  async file(): Promise<RulesFile> {
    return (await this.#load()).file;
  }

  /** Applies what was just written into alerts.yaml. */
  settingsChanged(): void {
    if (this.#work !== null && this.#isRestored) this.#applySettings(this.#work);
  }

  /** @returns the alert as it is now; `undefined` if there is none that goes on */
  acknowledge(id: string): Alert | undefined {
    const work = this.#work;
    if (work === null || !work.engine.acknowledge(id, this.#options.clock.wallNow())) return undefined;
    work.delivery.acknowledge(id);
    this.#isUrgent = true;
    this.#passOn(work);
    return this.board.active(id);
  }

  /** Those that hold now. */
  get silences(): readonly Silence[] {
    const nowMs = this.#options.clock.wallNow();
    return [...this.#records.silences.all.values()].filter(({ untilMs }) => untilMs > nowMs);
  }

  /** `null` if there are too many. */
  silence(request: SilenceRequest): Silence | null {
    if (this.silences.length >= MAX_SILENCES) return null;
    const silence: Silence = { id: randomUUID(), fromMs: this.#options.clock.wallNow(), ...request };
    this.#changeSilence(silence.id, silence);
    return silence;
  }

  /** @returns whether there was one */
  endSilence(id: string): boolean {
    if (!this.#records.silences.all.has(id)) return false;
    this.#changeSilence(id, null);
    return true;
  }

  /** What went wrong when channels were last used, by their names. */
  get channelProblems(): ReadonlyMap<string, string> {
    return this.#work?.delivery.problems ?? new Map<string, string>();
  }

  /** Sends a test. @returns what went wrong, as a sentence; `null` for nothing */
  async test(channel: string): Promise<string | null> {
    return (await this.#load()).delivery.test(channel);
  }

  /**
   * Alerts that touch a range of time, those that have not ended first, then those that ended last.
   * @param host `undefined` for all
   */
  past(
    range: { readonly fromMs: number; readonly toMs: number },
    host: string | undefined,
    limit: number,
  ): readonly Alert[] {
    const found = new Map<string, Alert>();
    for (const alert of this.#storedPast(range, host, limit)) found.set(alert.id, alert);
    for (const alert of this.board.alerts) {
      const touches = alert.endedMs === null || (alert.sinceMs < range.toMs && alert.endedMs >= range.fromMs);
      const isShown = touches && (alert.endedMs === null || alert.firedMs !== null);
      if (isShown && (host === undefined || alert.host === host)) found.set(alert.id, alert);
    }
    const newestFirst = (alert: Alert): number => alert.endedMs ?? Number.MAX_SAFE_INTEGER;
    return [...found.values()]
      .toSorted((one, other) => newestFirst(other) - newestFirst(one) || other.sinceMs - one.sinceMs)
      .slice(0, limit);
  }

  #storedPast(
    range: { readonly fromMs: number; readonly toMs: number },
    host: string | undefined,
    limit: number,
  ): readonly Alert[] {
    try {
      return this.#store?.past({ ...range, ...(host === undefined ? {} : { host }) }, limit) ?? [];
    } catch {
      // The history finds out itself what is wrong with its file.
      return [];
    }
  }

  #changeSilence(id: string, silence: Silence | null): void {
    this.#records.silences.change([[id, silence]]);
    this.#isUrgent = true;
    this.#tellSilences();
    if (this.#work !== null && this.#isRestored) this.#passOn(this.#work);
  }

  #tellSilences(): void {
    this.board.setSilences(this.silences, this.#options.clock.wallNow());
    this.#work?.delivery.setSilences(this.silences);
  }

  #endSilences({ delivery }: Work): void {
    const nowMs = this.#options.clock.wallNow();
    const over = [...this.#records.silences.all.values()].filter(({ untilMs }) => untilMs <= nowMs);
    if (over.length === 0) return;
    this.#records.silences.change(over.map(({ id }) => [id, null]));
    this.board.setSilences(this.silences, nowMs);
    delivery.setSilences(this.silences);
  }

  // ---------------------------------------------------------------------------------------------- beginning

  #begin(): void {
    const { clock } = this.#options;
    if (this.#loading !== null || this.#cancel !== null || clock.now() < this.#loadDueMs) return;
    this.#loadDueMs = clock.now() + LOAD_AGAIN_MS;
    this.#cancel = clock.schedule(() => {
      this.#cancel = null;
      // Reported there.
      void this.#load().catch(() => {});
    }, AFTER_FIRST_SAMPLE_MS);
  }

  #load(): Promise<Work> {
    this.#loading ??= this.#loadNow().catch((error: unknown) => {
      if (this.#failure === null) this.#options.log.error({ err: error }, 'Alerts cannot be loaded');
      this.#failure = 'Alerts cannot be loaded: the log has the reason.';
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  async #loadNow(): Promise<Work> {
    const { createEngine, file, createDelivery } = await this.#options.load();
    await file.load();
    const delivery = createDelivery(
      () => this.#deliveryChanged(),
      (id) => this.board.active(id),
    );
    // For a test before the first sample.
    delivery.setSettings(file.settings);
    this.#work = { engine: createEngine(), createEngine, delivery, file };
    this.#failure = null;
    return this.#work;
  }

  /** Notices that a file was opened, closed or replaced. */
  #followStore(work: Work): void {
    const store = this.#options.store();
    if (!this.#isRestored && store === null) return;
    const isFirst = !this.#isRestored;
    if (!isFirst && (store ?? null) === this.#store) return;
    this.#isRestored = true;
    this.#store = store ?? null;
    const snapshot = store === null || store === undefined ? null : loadFrom(store);
    if (snapshot === null) this.#applySettings(work);
    else if (isFirst || (!this.#hasHappened && !isEmpty(snapshot))) this.#restore(work, snapshot);
    else {
      this.#records.moveTo(snapshot, this.#options.clock.wallNow());
      this.#isUrgent = true;
      this.#tellSilences();
    }
  }

  /** Continues where the file says that an earlier run stopped. */
  #restore(work: Work, snapshot: AlertSnapshot): void {
    const nowMs = this.#options.clock.wallNow();
    if (this.#settingsRevision >= 0) {
      const pending = [...work.engine.active];
      this.board.change(
        pending.map((alert): Alert => ({ ...alert, state: 'ended', endedMs: nowMs })),
        nowMs,
      );
      work.engine = work.createEngine();
      this.#settingsRevision = -1;
    }
    // Only silences are of people; what pended in this run counts no more.
    const { silences } = this.#records;
    this.#records = new AlertRecords();
    this.#records.load(snapshot);
    this.#records.silences.change(silences.all);
    this.#tellSilences();
    this.board.change(snapshot.alerts, nowMs);
    work.engine.restore(
      new Map(snapshot.progress.map(({ key, progress }) => [key, progress])),
      snapshot.alerts.filter(({ endedMs }) => endedMs === null),
    );
    this.#endLost(work.engine, snapshot.alerts);
    work.delivery.restore(new Map(snapshot.messages.map(({ id, message }) => [id, message])));
    this.#applySettings(work);
  }

  /** Ends what the engine knows nothing of; when it did end, nobody knows. */
  #endLost(engine: Engine, alerts: readonly Alert[]): void {
    const known = new Set(Array.from(engine.active, ({ id }) => id));
    const nowMs = this.#options.clock.wallNow();
    const lost = alerts
      .filter(({ id, endedMs }) => endedMs === null && !known.has(id))
      .map((alert): Alert => ({ ...alert, state: 'ended', endedMs: nowMs }));
    this.#records.changeAlerts(lost);
    this.board.change(lost, nowMs);
  }

  #applySettings({ file, engine, delivery }: Work): void {
    if (file.revision === this.#settingsRevision) return;
    this.#settingsRevision = file.revision;
    engine.setRules(file.settings.rules);
    delivery.setSettings(file.settings);
    this.board.setRules(file.settings.rules);
  }

  // ---------------------------------------------------------------------------------------------- after a sample

  /** From the engine to those who look, to the file, and then to those who are told. */
  #passOn(work: Work): void {
    const { engine, delivery } = work;
    const changes = engine.takeChanges();
    this.#takeUpdates(engine);
    const isOurs = this.#options.isToldElsewhere?.() !== true;
    if (changes.length > 0 && isOurs) {
      delivery.take(changes);
      this.#hasHappened = true;
      this.#isUrgent = true;
    }
    this.#takeMessages(delivery);
    this.#saveIfDue(work);
    if (this.#isHeld || !isOurs) return;
    delivery.visit();
    this.#deliveryChanged();
  }

  #deliveryChanged(): void {
    const work = this.#work;
    if (work === null || !this.#isRestored) return;
    this.#takeMessages(work.delivery);
    if (this.#isUrgent) this.#saveIfDue(work);
  }

  #takeUpdates(engine: Engine): void {
    const updates = engine.takeUpdates();
    if (updates.length === 0) return;
    this.#records.changeAlerts(updates);
    this.board.change(updates, this.#options.clock.wallNow());
  }

  #takeMessages(delivery: Delivery): void {
    const messages = delivery.takeMessages();
    if (messages.size === 0) return;
    this.#records.messages.change(messages);
    this.#isUrgent = true;
  }

  /** Whether what must be saved before it is told may soon be. */
  get #isHeld(): boolean {
    return this.#busySinceMs !== null && this.#options.clock.now() - this.#busySinceMs < HOLD_AT_MOST_MS;
  }

  #saveIfDue(work: Work): void {
    if (this.#isUrgent || this.#options.clock.now() >= this.#saveDueMs) this.#save(work);
  }

  #save({ engine }: Work): void {
    const store = this.#store;
    const nowMs = this.#options.clock.now();
    this.#saveDueMs = nowMs + SAVE_EVERY_MS;
    this.#records.progress.change(engine.takeProgress());
    if (store === null) {
      this.#isUrgent = false;
      return;
    }
    if (!this.#records.hasUnsaved) return;
    try {
      store.save(this.#records.update());
      this.#records.saved();
      this.#isUrgent = false;
      this.#busySinceMs = null;
    } catch (error) {
      // What is wrong with its file, the history finds out and tells. Everything is still there to be saved.
      const isBusy = errorCode(error) === 'busy';
      this.#busySinceMs = isBusy ? (this.#busySinceMs ?? nowMs) : null;
      if (isBusy) this.#saveDueMs = nowMs + WHILE_BUSY_MS;
      else this.#isUrgent = false;
    }
  }
}

/** `null` for a file that is damaged, which the history soon replaces. */
function loadFrom(store: AlertStore): AlertSnapshot | null {
  try {
    return store.load();
  } catch {
    return null;
  }
}

function isEmpty({ progress, messages, alerts }: AlertSnapshot): boolean {
  return progress.length + messages.length + alerts.length === 0;
}
