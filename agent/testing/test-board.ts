import type { AlertBoard, BoardEntry } from '../alerts/alert-board.ts';
import type { Alert } from '../alerts/alert.ts';
import { testAlert } from './test-alert.ts';
import type { AlertLine } from '../../shared/protocol/messages.ts';

/** A board that tests change by hand. */
export class TestBoard implements AlertBoard {
  revision = 0;
  rulesRevision = 0;
  shownLines: AlertLine[] = [];
  #entries: BoardEntry[] = [];

  /** Puts an alert on the board, or changes it. */
  put(id: string, fields: Partial<Alert> = {}): void {
    this.revision += 1;
    const before =
      this.#entries.find(({ alert }) => alert.id === id)?.alert ??
      testAlert({ id, host: 'web-1', rule: 'busy', title: 'Busy', metric: 'cpu' });
    this.#entries = [
      ...this.#entries.filter(({ alert }) => alert.id !== id),
      { revision: this.revision, alert: { ...before, ...fields } },
    ];
  }

  changeRules(lines: AlertLine[]): void {
    this.revision += 1;
    this.rulesRevision += 1;
    this.shownLines = lines;
  }

  changedAfter(host: string, revision: number): readonly BoardEntry[] {
    return this.#entries.filter((entry) => entry.alert.host === host && entry.revision > revision);
  }

  lines(): readonly AlertLine[] {
    return this.shownLines;
  }

  onChange(): () => void {
    return () => {};
  }
}
