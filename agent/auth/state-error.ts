/** The agent cannot keep, or cannot read, what it has to keep. `message` names the file, the folder and the fix. */
export class StateError extends Error {
  /** The operating system's: `EACCES`, `ENOSPC`, `EROFS`, …; `EINVAL` for a file that is damaged. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StateError';
    this.code = code;
  }
}

/** What mends it, by the code of the operating system. */
export function mend(code: string): string {
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'free some of its disk, or choose a folder that this user can write to with --state (METRICS_PANEL_STATE)';
    case 'EMFILE':
    case 'ENFILE':
      return 'raise the number of files that may be open (ulimit -n)';
    case 'EIO':
    case 'ESTALE':
    case 'ETIMEDOUT':
      return 'see whether the disk that it is on still answers';
    case 'EACCES':
    case 'EPERM':
      return 'give it to the user that the agent runs as, or choose a folder that this user can write to with --state (METRICS_PANEL_STATE)';
    default:
      return 'choose a folder that this user can write to with --state (METRICS_PANEL_STATE)';
  }
}
