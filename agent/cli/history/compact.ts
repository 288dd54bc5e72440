import { sizeOnDisk } from '../../store/history/database.ts';
import { readDiskSpace } from '../../store/history/disk-space.ts';
import type { Connection } from '../../store/history/sqlite.ts';
import { UsageError } from '../usage-error.ts';
import { bytesText } from './format.ts';
import { databaseIn } from './history-files.ts';

/** Gives the disk what the file no longer uses. Whatever interrupts it, the file is as before or as after. @throws UsageError */
export function compactHistory(connection: Connection, folder: string): string {
  const path = databaseIn(folder);
  const before = sizeOnDisk(path);
  const { freeBytes } = readDiskSpace(folder);
  // SQLite writes a copy, then puts it into the log.
  if (freeBytes < 2 * before) {
    throw new UsageError(
      `Compacting needs ${bytesText(2 * before)} for a moment, and the disk of ${folder} has ${bytesText(freeBytes)}: free some of it, and try again.`,
    );
  }
  connection.exec('VACUUM');
  connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  return `${path}: ${bytesText(before)} before, ${bytesText(sizeOnDisk(path))} now\n`;
}
