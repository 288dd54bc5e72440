import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHostName, readQuickDetails } from './host-details.ts';
import { THIS_HOST } from './kernel/roots.ts';

describe('details of a host that are known at once', () => {
  it('are known and plausible for this host', () => {
    const details = readQuickDetails(THIS_HOST);
    expect(details).toMatchObject({
      cores: os.cpus().length,
      memoryTotalBytes: os.totalmem(),
      architecture: os.arch(),
      kernel: os.release(),
    });
    expect(details.operatingSystem).toMatch(/\S/);
    expect(details.cpuModel).toBe(os.cpus()[0]?.model);
  });

  it('include the name of the host behind another /proc, or else that of this machine', () => {
    const folder = mkdtempSync(join(os.tmpdir(), 'details-'));
    try {
      const roots = { proc: folder, sys: '/nowhere' };
      expect(readHostName(roots)).toBe(os.hostname());
      mkdirSync(join(folder, '1/root/etc'), { recursive: true });
      writeFileSync(join(folder, '1/root/etc/hostname'), 'web-7\n');
      expect(readHostName(roots)).toBe('web-7');
      expect(readHostName(THIS_HOST)).toBe(os.hostname());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('include operating system, processor and memory of the host behind another /proc', () => {
    const folder = mkdtempSync(join(os.tmpdir(), 'details-'));
    try {
      mkdirSync(join(folder, '1/root/etc'), { recursive: true });
      writeFileSync(join(folder, '1/root/etc/os-release'), 'PRETTY_NAME="Some Linux 7"\n');
      writeFileSync(join(folder, 'cpuinfo'), 'processor\t: 0\nmodel name\t: Some \u202Eprocessor\n');
      writeFileSync(
        join(folder, 'stat'),
        'cpu  3 0 0 3\ncpu0 1 0 0 1\ncpu2 1 0 0 1\ncpu11 1 0 0 1\nintr 5\n',
      );
      writeFileSync(join(folder, 'meminfo'), 'MemTotal: 1000 kB\n');
      expect(readQuickDetails({ proc: folder, sys: '/nowhere' })).toMatchObject({
        operatingSystem: 'Some Linux 7',
        cpuModel: 'Some processor',
        cores: 3,
        memoryTotalBytes: 1_024_000,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('fall back to Node without such files', () => {
    expect(readQuickDetails({ proc: '/nowhere', sys: '/nowhere' })).toMatchObject({
      operatingSystem: `${os.type()} ${os.release()}`,
      cpuModel: os.cpus()[0]?.model,
    });
  });
});
