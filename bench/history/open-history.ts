import { join } from 'node:path';
import { openDatabase } from '../../agent/store/history/database.ts';
import { HistoryStore } from '../../agent/store/history/history-store.ts';
import type { Connection } from '../../agent/store/history/sqlite.ts';

export interface OpenHistory {
  readonly history: HistoryStore;
  readonly connection: Connection;
  readonly path: string;
  close(): void;
}

export const historyFile = (folder: string): string => join(folder, 'history.db');

/** Opens the history of a folder as an agent does, or makes one. */
export function openHistory(folder: string, intervalMs = 1000): OpenHistory {
  const path = historyFile(folder);
  const connection = openDatabase(path);
  const unitMs = Math.min(intervalMs, 100);
  return {
    history: new HistoryStore(connection, { intervalMs, unitMs }),
    connection,
    path,
    close: () => connection.close(),
  };
}

/** What SQLite finds wrong; `ok` if nothing. */
export function integrityOf(connection: Connection): string {
  const rows = connection.prepare('PRAGMA integrity_check').all();
  return rows.map((row) => String(Object.values(row)[0])).join('; ');
}
