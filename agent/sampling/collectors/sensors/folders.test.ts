import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { foldersNamed } from './folders.ts';

function folderWith(names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of names) mkdirSync(join(folder, name));
  return folder;
}

it('finds folders by name, in the order of their numbers', () => {
  const folder = folderWith([
    'hwmon10',
    'hwmon2',
    'other1',
    'intel-rapl:1',
    'intel-rapl:0:10',
    'intel-rapl:0:2',
    'intel-rapl:0',
  ]);
  const namesOf = (name: RegExp): string[] => foldersNamed(folder, name).map((path) => basename(path));
  expect(namesOf(/^hwmon/)).toEqual(['hwmon2', 'hwmon10']);
  expect(namesOf(/^intel/)).toEqual(['intel-rapl:0', 'intel-rapl:0:2', 'intel-rapl:0:10', 'intel-rapl:1']);
  expect(namesOf(/^hwmon2$/)).toEqual(['hwmon2']);
});

it('finds nothing without the folder', () => {
  expect(foldersNamed(join(folderWith([]), 'absent'), /./)).toEqual([]);
});
