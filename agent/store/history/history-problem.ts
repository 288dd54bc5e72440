/** Why no history is kept now. */
export class HistoryProblem extends Error {
  /** Stable: `locked`, `newer`, `network`, `full`, `damaged`, `moved`, `busy`, `slow`, `io`, or of the operating system (`EROFS`). */
  readonly code: string;

  /** @param message continues "No history is kept: " with the reason, and the fix if there is one */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
