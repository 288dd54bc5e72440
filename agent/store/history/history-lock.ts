import { truncateSync } from 'node:fs';
import { connect, sqliteProblem } from './sqlite.ts';

/**
 * Makes this agent the only one that keeps a history in a folder. The kernel releases the lock when the agent ends, even by a kill.
 *
 * @param path of the lock file, which stays empty
 * @returns the undo; `null` while another agent has the lock
 */
export function lockHistory(path: string): (() => void) | null {
  try {
    return lock(path);
  } catch (error) {
    // An agent with the lock would have been in the way before. The file keeps its inode for other agents that try now.
    if (sqliteProblem(error) !== 'damaged') throw error;
    truncateSync(path);
    return lock(path);
  }
}

function lock(path: string): (() => void) | null {
  const connection = connect(path);
  try {
    // Nothing is ever written.
    connection.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    connection.close();
    if (sqliteProblem(error) === 'busy') return null;
    throw error;
  }
  return () => connection.close();
}
