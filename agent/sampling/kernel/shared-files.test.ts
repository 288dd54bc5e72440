import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SharedFiles } from './kernel-file.ts';

it('a shared file is read once per instant, and is null while missing', () => {
  const proc = mkdtempSync(join(tmpdir(), 'stat-'));
  const { stat } = new SharedFiles({ proc });
  expect(stat.read(0)).toBeNull();
  writeFileSync(join(proc, 'stat'), 'first');
  expect(stat.read(0)).toBeNull();
  expect(stat.read(1)).toBe('first');
  writeFileSync(join(proc, 'stat'), 'second');
  expect(stat.read(1)).toBe('first');
  expect(stat.read(2)).toBe('second');
  writeFileSync(join(proc, 'stat'), 'third');
  expect(stat.read(Number.NaN)).toBe('third');
  stat.close();
  stat.close();
  rmSync(proc, { recursive: true });
});
