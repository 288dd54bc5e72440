import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';

const SHARED = { kind: 'gauge', group: 'Filesystems' } as const;

/**
 * One filesystem: used (percent), used, available, total (bytes), and last, where limited, inodes (percent).
 * @param part its part of the metrics' names
 * @param label its mount point, for display
 */
export function filesystemMetrics(source: string, part: string, label: string): readonly MetricDescriptor[] {
  const shared = { ...SHARED, source, instance: label };
  return [
    {
      ...shared,
      name: `filesystem.${part}.used`,
      label: `${label} used`,
      unit: 'percent',
      min: 0,
      max: 100,
      help: 'Share in use of the space that users can have on this filesystem, used and available together, as df tells it.',
    },
    {
      ...shared,
      name: `filesystem.${part}.usedBytes`,
      label: `${label} space used`,
      unit: 'bytes',
      help: 'Space in use on this filesystem.',
    },
    {
      ...shared,
      name: `filesystem.${part}.availableBytes`,
      label: `${label} space available`,
      unit: 'bytes',
      help: 'Space that users can still fill on this filesystem; what is kept in reserve, such as for the administrator, is not in it.',
    },
    {
      ...shared,
      name: `filesystem.${part}.totalBytes`,
      label: `${label} size`,
      unit: 'bytes',
      help: 'Size of this filesystem: used, available, and what is kept in reserve, such as for the administrator.',
    },
    {
      ...shared,
      name: `filesystem.${part}.inodes`,
      label: `${label} inodes used`,
      unit: 'percent',
      min: 0,
      max: 100,
      help: 'Share in use of the files and folders that this filesystem can have.',
    },
  ];
}

/** Position of the inodes among a filesystem's metrics, and how many metrics it has. */
export const INODES_POSITION = 4;
export const METRICS_PER_FILESYSTEM = 5;
