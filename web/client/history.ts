import type { decodeHistory } from '../../shared/protocol/columns.ts';

/** What to ask for. Times are Unix ms on the host's clock. */
export interface HistoryQuestion {
  readonly host: string | undefined;
  /** Names and globs. */
  readonly metrics: readonly string[];
  readonly tables: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** The most points to answer with. */
  readonly points: number;
}

export type HistoryAnswer = ReturnType<typeof decodeHistory>;

/** The agent did not answer with a history. `message` is the agent's sentence, if it sent one. */
export class HistoryRefusal extends Error {
  /** The HTTP status; 0 without an answer, 200 with one that makes no sense. */
  readonly status: number;
  /** When to ask again, in ms. */
  readonly retryMs: number | undefined;
  /** The agent's code, such as `unknown_metric`. */
  readonly code: string | undefined;

  constructor(message: string, status = 0, retryMs?: number, code?: string) {
    super(message);
    this.status = status;
    this.retryMs = retryMs;
    this.code = code;
  }
}

/** Statuses of refusals: another request (with another token), or another run of the agent, may have an answer; the same one has not. */
export const FINAL: readonly number[] = [400, 403, 404];
