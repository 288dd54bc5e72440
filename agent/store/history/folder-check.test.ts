import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFolder } from './folder-check.ts';
import { HistoryProblem } from './history-problem.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'history-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const problemOf = async (path: string, type?: number): Promise<HistoryProblem | null> => {
  try {
    await checkFolder(path, ...(type === undefined ? [] : [() => Promise.resolve(type)]));
    return null;
  } catch (error) {
    if (error instanceof HistoryProblem) return error;
    throw error;
  }
};

it('a missing folder is made, with those above it, for its owner alone', async () => {
  const path = join(folder, 'state', 'history');
  expect(await problemOf(path)).toBeNull();
  for (const made of [path, join(folder, 'state')]) expect(statSync(made).mode & 0o777).toBe(0o700);
  expect(await problemOf(path)).toBeNull();
});

describe('a folder that cannot be used', () => {
  it('is a file', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    expect(await problemOf(path)).toMatchObject({
      code: 'ENOTDIR',
      message: `${path} is not a folder: choose another folder with --history-folder (METRICS_PANEL_HISTORY_FOLDER)`,
    });
    expect(await problemOf(join(path, 'below'))).toMatchObject({ code: 'ENOTDIR' });
  });

  it.runIf(process.platform === 'linux')('cannot be written', async () => {
    expect(await problemOf('/proc/history')).toMatchObject({
      code: 'ENOENT',
      message: expect.stringMatching(
        /^\/proc\/history cannot be written \(ENOENT\): choose another/,
      ) as string,
    });
  });

  it.each([
    ['NFS', 0x6969],
    ['SMB', 0x517b],
    ['CIFS', 0xff534d42],
    ['CIFS', 0xff534d42 | 0],
    ['SMB', 0xfe534d42],
    ['9p', 0x01021997],
    ['AFS', 0x5346414f],
  ])('is on %s (%d)', async (name, type) => {
    expect(await problemOf(folder, type)).toMatchObject({
      code: 'network',
      message: expect.stringContaining(
        `${folder} is on a network file system (${name}), which cannot lock`,
      ) as string,
    });
  });
});

it.each([
  ['ext', 0xef53],
  ['XFS', 0x58465342],
  ['Btrfs', 0x9123683e],
  ['tmpfs', 0x01021994],
  ['overlayfs', 0x794c7630],
  ['ZFS', 0x2fc12fc1],
])('%s is no network', async (_name, type) => {
  expect(await problemOf(folder, type)).toBeNull();
});
