import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Alert, AlertChange } from '../alert.ts';
import type { AlertSettings } from '../alert-settings.ts';
import type { Silence } from '../alert-store.ts';
import { ChannelQueue } from './channel-queue.ts';
import { isMuted, type Muting } from './muting.ts';
import { sendMessage } from './send-message.ts';
import { latestMs, readRow, rowId } from './stored-outbox.ts';

/** Tells people what alerts do. */
export interface Delivery {
  /** Puts what must be told into the outbox; delivery begins with the next `visit`, after it has been saved. */
  take(changes: readonly AlertChange[]): void;
  /** Called after each sample: sends what is due, repeats, groups, forgets. Sets no timer of its own while nothing waits. */
  visit(): void;
  setSettings(settings: AlertSettings): void;
  setSilences(silences: readonly Silence[]): void;
  /** No more repeats of this alert. */
  acknowledge(alertId: string): void;
  /** What changed in the outbox since the last call: JSON by id of a message, `null` for what is no more. */
  takeMessages(): ReadonlyMap<string, string | null>;
  /** Continues where an earlier run stopped. Called before the first `take`. */
  restore(messages: ReadonlyMap<string, string>): void;
  /** Channels whose last attempt failed: why, as a sentence without secrets. */
  readonly problems: ReadonlyMap<string, string>;
  /** Sends a test at once. @returns what went wrong, as a sentence without secrets; `null` for nothing */
  test(channel: string): Promise<string | null>;
  /** Ends what is under way, within a second; the rest stays in the outbox for the next run. */
  stop(): Promise<void>;
}

export interface NotifierOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Called when a message was sent or refused, so that the outbox has to be saved. */
  readonly changed: () => void;
  /** An alert as it is now; `undefined` if it is not active. */
  readonly newest?: (alertId: string) => Alert | undefined;
  /** Of the host that sends tests, for people. */
  readonly hostLabel?: string;
  /** Default: by the network. */
  readonly send?: typeof sendMessage;
}

/** How often outboxes look for repeats, for the end of what is muted, and for what waited too long. */
const REVIEW_MS = 10_000;
/** How much of the outbox's time a kill may lose. */
const KEEP_TIME_MS = 10 * 60_000;
/** What is under way may end by itself; then it is ended. Together less than a second. */
const LEAVE_MS = 700;
const END_MS = 200;

/** A queue for each channel, so that none waits for another. All of it follows samples. */
export class Notifier implements Delivery {
  readonly #options: NotifierOptions;
  readonly #queues = new Map<string, ChannelQueue>();
  /** Rows that changed, by id. */
  readonly #dirty = new Map<string, { readonly channel: string; readonly alertId: string | null }>();
  /** Ids of rows that are damaged, or of another version. */
  #unreadable: string[] = [];
  #settings: AlertSettings = { rules: [], channels: [], maintenance: [], dashboardUrl: null };
  #muting: Muting = { silences: [], maintenance: [] };
  /** Time of the outbox minus monotonic time. */
  #offsetMs = 0;
  #reviewAtMs = Number.NEGATIVE_INFINITY;
  #keepTimeAtMs = 0;
  #isStopped = false;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  get problems(): ReadonlyMap<string, string> {
    return new Map(
      [...this.#queues.values()].flatMap(({ name, problem }) =>
        problem === null ? [] : [[name, problem] as const],
      ),
    );
  }

  /** Nothing is under way. */
  get isIdle(): boolean {
    return [...this.#queues.values()].every((queue) => queue.isIdle);
  }

  take(changes: readonly AlertChange[]): void {
    const now = this.#now();
    for (const change of changes) {
      const { channels } = change.alert.policy;
      for (const { name, outbox, isConfigured } of this.#queues.values())
        outbox.take(change, isConfigured && (channels === null || channels.includes(name)), now);
    }
  }

  visit(): void {
    if (this.#isStopped || this.#queues.size === 0) return;
    const now = this.#now();
    if (now >= this.#reviewAtMs) this.#review(now);
    for (const queue of this.#queues.values()) queue.visit(now);
  }

  setSettings(settings: AlertSettings): void {
    this.#settings = settings;
    this.#muting = { ...this.#muting, maintenance: settings.maintenance };
    const byName = new Map(settings.channels.map((channel) => [channel.name, channel]));
    for (const name of byName.keys()) this.#queueOf(name);
    for (const queue of this.#queues.values()) queue.configure(byName.get(queue.name) ?? null);
    this.#reviewAtMs = Number.NEGATIVE_INFINITY;
  }

  setSilences(silences: readonly Silence[]): void {
    this.#muting = { ...this.#muting, silences };
    this.#reviewAtMs = Number.NEGATIVE_INFINITY;
  }

  acknowledge(alertId: string): void {
    for (const { outbox } of this.#queues.values()) outbox.acknowledge(alertId);
  }

  takeMessages(): ReadonlyMap<string, string | null> {
    if (this.#dirty.size === 0 && this.#unreadable.length === 0) return NOTHING;
    const now = this.#now();
    const messages = new Map<string, string | null>(this.#unreadable.map((id) => [id, null]));
    for (const [id, { channel, alertId }] of this.#dirty) {
      messages.set(id, this.#queues.get(channel)?.writeRow(alertId, now) ?? null);
    }
    this.#dirty.clear();
    this.#unreadable = [];
    return messages;
  }

  restore(messages: ReadonlyMap<string, string>): void {
    for (const [id, json] of messages) {
      const row = readRow(json);
      if (row === null) {
        this.#unreadable.push(id);
        continue;
      }
      const queue = this.#queueOf(row.channel);
      if ('thread' in row) queue.outbox.restoreThread(row.thread);
      else queue.restoreState(row.state);
      this.#offsetMs = Math.max(this.#offsetMs, latestMs(row) - this.#options.clock.now());
    }
    this.#reviewAtMs = Number.NEGATIVE_INFINITY;
  }

  async test(channel: string): Promise<string | null> {
    const queue = this.#queues.get(channel);
    if (queue === undefined || !queue.isConfigured) return `There is no channel ${JSON.stringify(channel)}.`;
    return queue.test(this.#options.hostLabel ?? 'this host');
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const ended = Promise.all([...this.#queues.values()].map((queue) => queue.ended()));
    await this.#atMost(ended, LEAVE_MS);
    for (const queue of this.#queues.values()) queue.abort();
    await this.#atMost(ended, END_MS);
  }

  /** Goes on only while the agent runs, and over restarts; at a kill it loses up to ten minutes. */
  #now(): number {
    return this.#options.clock.now() + this.#offsetMs;
  }

  #review(now: number): void {
    this.#reviewAtMs = now + REVIEW_MS;
    const keepsTime = now >= this.#keepTimeAtMs;
    if (keepsTime) this.#keepTimeAtMs = now + KEEP_TIME_MS;
    for (const queue of this.#queues.values()) {
      queue.review(now, keepsTime);
      if (!queue.isConfigured && queue.outbox.threads.size === 0) this.#queues.delete(queue.name);
    }
  }

  #queueOf(name: string): ChannelQueue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      const { log, clock, newest, changed, send = sendMessage } = this.#options;
      queue = new ChannelQueue(name, {
        log,
        now: () => this.#now(),
        wallNow: () => clock.wallNow(),
        dashboardUrl: () => this.#settings.dashboardUrl,
        isMuted: ({ alert }) => isMuted(alert, this.#muting, clock.wallNow()),
        newest: ({ alert }) => (newest === undefined ? alert : (newest(alert.id) ?? null)),
        rowChanged: (alertId) => this.#rowChanged(name, alertId),
        changed,
        send,
      });
      this.#queues.set(name, queue);
    }
    return queue;
  }

  #rowChanged(channel: string, alertId: string | null): void {
    this.#dirty.set(rowId(channel, alertId), { channel, alertId });
  }

  async #atMost(ended: Promise<unknown>, ms: number): Promise<void> {
    let cancel: (() => void) | undefined;
    const time = new Promise<void>((resolve) => {
      cancel = this.#options.clock.schedule(resolve, ms);
    });
    await Promise.race([ended, time]);
    cancel?.();
  }
}

const NOTHING: ReadonlyMap<string, string | null> = new Map();
