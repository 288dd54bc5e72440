/** Bytes since the control group began, over all disks. */
export interface IoCounts {
  readonly read: number;
  readonly written: number;
}

/**
 * `io.stat` of version 2 (cgroup-v2.rst): a line per disk, `8:0 rbytes=1 wbytes=2 …`. An empty text is nothing done.
 * @param isCounted whether a disk, as `8:0`, is counted: what is laid over other disks is counted with those
 */
export function parseIoStat(text: string, isCounted: (device: string) => boolean): IoCounts {
  let read = 0;
  let written = 0;
  for (const line of text.split('\n')) {
    const [device, ...pairs] = line.split(' ');
    if (device === undefined || pairs.length === 0 || !isCounted(device)) continue;
    for (const pair of pairs) {
      if (pair.startsWith('rbytes=')) read += Number(pair.slice('rbytes='.length)) || 0;
      else if (pair.startsWith('wbytes=')) written += Number(pair.slice('wbytes='.length)) || 0;
    }
  }
  return { read, written };
}

/**
 * `blkio.throttle.io_service_bytes` of version 1 (cgroup-v1/blkio-controller.rst): lines of `8:0 Read 1`, `8:0 Write 2`, and sums.
 * `null` where no disk is named: nothing was done, or nothing is counted, as on Linux 6.18
 * before the first limit is set on a disk.
 */
export function parseIoServiceBytes(text: string, isCounted: (device: string) => boolean): IoCounts | null {
  let isNamed = false;
  let read = 0;
  let written = 0;
  for (const line of text.split('\n')) {
    const [device, operation, count] = line.split(' ');
    if (device === undefined || count === undefined || !isCounted(device)) continue;
    isNamed = true;
    if (operation === 'Read') read += Number(count) || 0;
    else if (operation === 'Write') written += Number(count) || 0;
  }
  return isNamed ? { read, written } : null;
}
