import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { filesOf, sizeOnDisk } from './database.ts';

const MAX_FILES = 2;

/**
 * Renames a damaged file, so that a new one can be begun and a person can look at this one.
 *
 * @param path of a file that nobody has open
 * @param nowMs Unix ms
 * @returns its new name
 */
export function setAside(path: string, nowMs: number): string {
  const name = unusedName(`${path}.bad-${compactTime(nowMs)}`);
  renameSync(path, name);
  const [, log = '', index = ''] = filesOf(path);
  // Its newest rows.
  if (existsSync(log)) renameSync(log, `${name}-wal`);
  rmSync(index, { force: true });
  return basename(name);
}

/** Removes all but the two largest of the files set aside, and what is more than `maxBytes` together; the largest stays, unless that is 0. */
export function pruneBadFiles(path: string, maxBytes: number): void {
  let bytes = 0;
  const bySize = badFiles(path).toSorted((a, b) => b.size - a.size);
  for (const [index, { path: bad, size }] of bySize.entries()) {
    bytes += size;
    if (maxBytes > 0 && (index === 0 || (index < MAX_FILES && bytes <= maxBytes))) continue;
    for (const file of filesOf(bad)) rmSync(file, { force: true });
  }
}

function badFiles(path: string): { readonly path: string; readonly size: number }[] {
  const folder = dirname(path);
  const prefix = `${basename(path)}.bad-`;
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && !/-(?:wal|shm)$/.test(name))
    .map((name) => join(folder, name))
    .map((bad) => ({ path: bad, size: sizeOnDisk(bad) }));
}

function unusedName(wanted: string): string {
  let name = wanted;
  for (let number = 2; existsSync(name); number += 1) name = `${wanted}-${number}`;
  return name;
}

/** `20261130T013450Z`: no character that a file system minds. */
function compactTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
}
