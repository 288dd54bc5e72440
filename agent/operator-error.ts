/** A mistake that the operator can mend: the program prints `message`, one sentence that names the setting and the fix, and exits with 2. */
export class OperatorError extends Error {
  /** Stable; of the operating system (`EADDRINUSE`, `EACCES`), or the agent's own. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OperatorError';
    this.code = code;
  }
}
