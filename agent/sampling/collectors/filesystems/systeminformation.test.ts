import { fsSize, type Systeminformation } from 'systeminformation';
import { beforeEach, expect, it, vi } from 'vitest';
import { filesystemsCollector } from './systeminformation.ts';

vi.mock('systeminformation', () => ({ fsSize: vi.fn<() => Promise<Systeminformation.FsSizeData[]>>() }));
const asked = vi.mocked(fsSize);

beforeEach(() => void asked.mockReset());

function size(fs: string, mount: string, total = 1000): Awaited<ReturnType<typeof fsSize>>[number] {
  return { fs, mount, size: total, used: total / 4, available: total / 4, use: 50, type: 'ext4', rw: true };
}

it('a filesystem is listed once per device, at its shortest mount point, and agrees with df', async () => {
  const filesystems = filesystemsCollector();
  asked.mockResolvedValue([size('/dev/sda1', '/var/lib/x'), size('/dev/sda1', '/var'), size('overlay', '/')]);
  await filesystems.prime?.(0);
  expect(await filesystems.read(0)).toEqual([50, 250, 250, 1000, 50, 250, 250, 1000]);
  expect(filesystems.metrics.map(({ name }) => name).filter((name) => name.endsWith('.used'))).toEqual([
    'filesystem.root.used',
    'filesystem.var.used',
  ]);
});

it('a filesystem without a size is left out', async () => {
  const filesystems = filesystemsCollector();
  asked.mockResolvedValue([size('/dev/sda1', '/', 0)]);
  await filesystems.prime?.(0);
  expect(await filesystems.read(0)).toEqual([]);
});

it('filesystems are unknown, and still listed, after a failed answer', async () => {
  const filesystems = filesystemsCollector();
  asked.mockResolvedValueOnce([size('/dev/sda1', '/')]).mockResolvedValueOnce([]);
  await filesystems.prime?.(0);
  const { metrics } = filesystems;
  expect(await filesystems.read(0)).toEqual([null, null, null, null]);
  expect(filesystems.metrics).toBe(metrics);
});
