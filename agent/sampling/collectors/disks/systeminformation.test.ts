import { fsStats } from 'systeminformation';
import { beforeEach, expect, it, vi } from 'vitest';
import { disksCollector } from './systeminformation.ts';
import { seriesOf } from '../../testing/series.ts';

vi.mock('systeminformation', () => ({ fsStats: vi.fn<typeof fsStats>() }));
const asked = vi.mocked(fsStats);

beforeEach(() => void asked.mockReset());

/** The relevant fields of an answer. */
function answer(rx: number, wx: number): Awaited<ReturnType<typeof fsStats>> {
  return { rx, wx, tx: rx + wx, rx_sec: null, wx_sec: null, tx_sec: null, ms: 0 };
}

it('disks are totals per second since the previous read', async () => {
  const disks = disksCollector();
  asked.mockResolvedValueOnce(answer(1000, 5000)).mockResolvedValueOnce(answer(3000, 5000));
  await disks.prime?.(0);
  expect(await disks.read(2000)).toEqual([1000, 0]);
  expect(disks.metrics.map(({ name }) => name)).toEqual(['disk.all.read', 'disk.all.write']);
  expect(seriesOf(disks.rawValues?.())).toEqual({
    metrics_panel_disk_read_bytes_total: 3000,
    metrics_panel_disk_written_bytes_total: 5000,
  });
});

it('disks are absent if systeminformation knows nothing about them', async () => {
  const disks = disksCollector();
  asked.mockResolvedValue(null as never);
  await disks.prime?.(0);
  expect(await disks.read(2000)).toEqual([]);
  expect(disks.metrics).toEqual([]);
});

it('disks are unknown around a failed answer, without a jump', async () => {
  const disks = disksCollector();
  asked
    .mockResolvedValueOnce(answer(1000, 5000))
    .mockResolvedValueOnce(answer(0, 0))
    .mockResolvedValueOnce(answer(1200, 5000))
    .mockResolvedValueOnce(answer(1300, 5000));
  await disks.prime?.(0);
  expect(await disks.read(1000)).toEqual([null, null]);
  expect(await disks.read(2000)).toEqual([null, null]);
  expect(await disks.read(3000)).toEqual([100, 0]);
});

it('disks are not queried again before systeminformation reads them again', async () => {
  const disks = disksCollector();
  asked.mockResolvedValueOnce(answer(1000, 5000)).mockResolvedValueOnce(answer(2000, 5000));
  await disks.prime?.(0);
  expect(await disks.read(100)).toEqual([null, null]);
  expect(await disks.read(1000)).toEqual([1000, 0]);
  expect(await disks.read(1100)).toEqual([1000, 0]);
  expect(asked).toHaveBeenCalledTimes(2);
});
