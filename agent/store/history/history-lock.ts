import { connect, sqliteProblem } from './sqlite.ts';

/**
 * Makes this agent the only one that keeps a history in a folder. Whoever ends, even by a kill, gives the lock back.
 *
 * @param path of the lock file, which stays empty
 * @returns the undo; `null` while another agent has the lock
 */
export function lockHistory(path: string): (() => void) | null {
  const connection = connect(path);
  try {
    // Nothing is ever written, so neither is a journal.
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (sqliteProblem(error) === 'busy') return null;
    throw error;
  }
  return () => connection.close();
}
