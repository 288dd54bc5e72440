import { OperatorError } from '../operator-error.ts';

/**
 * The state folder cannot be read or written. `message` names file, folder and fix; `code` is the operating system's (`EACCES`, `ENOSPC`,
 * `EROFS`), or `EINVAL` for a damaged file.
 */
export class StateError extends OperatorError {
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.name = 'StateError';
  }
}

/** The fix for an error code of the operating system. */
export function fixFor(code: string): string {
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
