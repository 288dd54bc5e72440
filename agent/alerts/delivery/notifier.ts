/** The skeleton of what delivery offers; see the brief. */
import type { AlertChange } from '../alert.ts';
import type { AlertSettings } from '../alert-settings.ts';
import type { Silence } from '../alert-store.ts';

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
  restore(messages: ReadonlyMap<string, string>): void;
  /** Sends a test at once. @returns what went wrong, as a sentence without secrets; `null` for nothing */
  test(channel: string): Promise<string | null>;
  stop(): Promise<void>;
}
