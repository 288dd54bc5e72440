import { subjectKey, type Alert, type Subject } from '../alert.ts';
import type { ActiveAlert, Journal } from './journal.ts';
import type { Progress } from './progress.ts';

/** What an earlier run of the agent knew of a subject that has not been seen in this one. */
export class Restored implements ActiveAlert {
  readonly key: string;
  readonly subject: Subject;
  readonly progress: Progress;
  #alert: Alert | null;

  constructor(subject: Subject, progress: Progress, alert: Alert | null) {
    this.key = subjectKey(subject);
    this.subject = subject;
    this.progress = progress;
    this.#alert = alert;
  }

  get known(): Alert | null {
    return this.#alert;
  }

  alert(): Alert {
    if (this.#alert === null) throw new Error('no alert is kept of this subject');
    return this.#alert;
  }

  acknowledge(atMs: number | null): void {
    if (this.#alert !== null) this.#alert = { ...this.#alert, acknowledgedMs: atMs };
  }

  /** Ends the alert, and forgets the subject. */
  end(journal: Journal, outcome: 'gone' | 'removed', wallMs: number): void {
    journal.forget({ key: this.key });
    if (this.#alert === null) return;
    const alert: Alert = { ...this.#alert, state: 'ended', endedMs: wallMs, outcome };
    journal.active.delete(alert.id);
    journal.show(alert);
    if (alert.firedMs !== null) journal.tell({ kind: 'ended', alert });
  }
}
