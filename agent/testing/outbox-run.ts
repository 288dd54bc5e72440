import { FakeClock } from './fake-clock.ts';
import { capturedLog } from './captured-log.ts';
import type { Alert, AlertChange } from '../alerts/alert.ts';
import type { AlertSettings, ChannelSettings } from '../alerts/alert-settings.ts';
import type { Message } from '../alerts/delivery/message.ts';
import { Notifier, type NotifierOptions } from '../alerts/delivery/notifier.ts';
import { NOON_MS } from './sample-alert.ts';

export function hookChannel(name: string, url = 'http://127.0.0.1:9/'): ChannelSettings {
  return {
    name,
    type: 'webhook',
    address: { url },
    method: 'POST',
    headers: {},
    secretHeaders: {},
    body: null,
  };
}

export function settingsOf(
  channels: readonly ChannelSettings[],
  changes: Partial<AlertSettings> = {},
): AlertSettings {
  return { rules: [], channels, maintenance: [], dashboardUrl: null, ...changes };
}

/** Runs of a notifier after each other, with the outbox kept between them as the sink keeps it, and one sample a second. */
export class OutboxRun {
  clock = new FakeClock();
  readonly captured = capturedLog();
  /** What is on disk. */
  readonly rows = new Map<string, string>();
  /** What `newest` answers; all that is told if absent. */
  active: Map<string, Alert> | null = null;
  notifier: Notifier;
  settings: AlertSettings;
  readonly #send: NotifierOptions['send'];

  constructor(settings: AlertSettings, send?: NotifierOptions['send']) {
    this.clock.wallOffsetMs = NOON_MS;
    this.settings = settings;
    this.#send = send;
    this.notifier = this.#begin();
  }

  change(kind: AlertChange['kind'], alert: Alert): void {
    this.notifier.take([{ kind, alert }]);
    this.save();
  }

  save(): void {
    for (const [id, json] of this.notifier.takeMessages()) {
      if (json === null) this.rows.delete(id);
      else this.rows.set(id, json);
    }
  }

  /** Time passes, with a sample each `stepMs`. */
  async pass(ms: number, stepMs = 1000): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.notifier.visit();
      this.save();
      await this.clock.advance(stepMs);
    }
  }

  /** Another run, with what is on disk: after a stop, or after a kill. */
  async restart(how: 'stop' | 'kill'): Promise<void> {
    if (how === 'stop') {
      const stopped = this.notifier.stop();
      await this.clock.advance(1000);
      await stopped;
      this.save();
    }
    // Monotonic time begins anew.
    const wallMs = this.clock.wallNow();
    this.clock = new FakeClock();
    this.clock.wallOffsetMs = wallMs;
    this.notifier = this.#begin();
  }

  #begin(): Notifier {
    const notifier: Notifier = new Notifier({
      clock: this.clock,
      log: this.captured.log,
      // A run that was killed saves nothing.
      changed: () => {
        if (this.notifier === notifier) this.save();
      },
      newest: (id) => (this.active === null ? undefined : this.active.get(id)),
      ...(this.#send === undefined ? {} : { send: this.#send }),
    });
    notifier.setSettings(this.settings);
    notifier.restore(new Map(this.rows));
    return notifier;
  }
}

/** What a channel heard, in a word each: `fired a1`. */
export function wordsOf({ tellings }: Message): string[] {
  return tellings.map(({ kind, alert }) => `${kind} ${alert.id}`);
}
