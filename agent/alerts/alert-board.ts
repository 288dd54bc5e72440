import type { AlertLine, AlertView } from '../../shared/protocol/messages.ts';

/** What viewers can ask about alerts now: those of this agent, from its alert sink, or those that another agent told. */
export interface AlertBoard {
  /** Increases with every change of an alert, a silence, an acknowledgement or the rules. */
  readonly revision: number;
  /** Increases when `lines` change, or when everything must be told again. */
  readonly rulesRevision: number;
  /** Alerts of a host that changed after a revision, oldest change first: pending, firing, clearing, and those that ended lately. */
  changedAfter(host: string, revision: number): readonly BoardEntry[];
  /** Thresholds that charts of a host can draw. */
  lines(host: string): readonly AlertLine[];
  /** Calls `listener` after a change. Returns the undo. */
  onChange(listener: () => void): () => void;
}

export interface BoardEntry {
  /** No other entry has the same. */
  readonly revision: number;
  readonly alert: AlertView;
}
