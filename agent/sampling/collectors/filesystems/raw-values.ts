import { textOf } from '../../kernel/text.ts';
import { gauge, rawValue, type RawValue } from '../../raw-values.ts';
import { blockBytes, type Capacity } from './capacity.ts';
import type { Storage } from './storage.ts';

const SIZE = gauge('node_filesystem_size_bytes', 'By', 'Filesystem size in bytes.');
const FREE = gauge('node_filesystem_free_bytes', 'By', 'Filesystem free space in bytes.');
const AVAILABLE = gauge(
  'node_filesystem_avail_bytes',
  'By',
  'Filesystem space available to non-root users in bytes.',
);
const FILES = gauge('node_filesystem_files', '1', 'Filesystem total file nodes.');
const FILES_FREE = gauge('node_filesystem_files_free', '1', 'Filesystem total free file nodes.');
const READ_ONLY = gauge('node_filesystem_readonly', '1', 'Filesystem read-only status.');
const DEVICE_ERROR = gauge(
  'node_filesystem_device_error',
  '1',
  'Whether an error occurred while getting statistics for the given device.',
);

/**
 * @param capacity `null` if it does not answer
 * @param part its part of the live metrics' names; `undefined` if it has none
 */
export function* rawFilesystem(
  { mountPoint, type, source, isReadOnly }: Pick<Storage, 'mountPoint' | 'type' | 'source' | 'isReadOnly'>,
  capacity: Capacity | null,
  part: string | undefined,
): Generator<RawValue, void> {
  const labels = { device: textOf(source), fstype: type, mountpoint: textOf(mountPoint) };
  yield* rawValue(DEVICE_ERROR, labels, capacity === null ? 1 : 0);
  yield* rawValue(READ_ONLY, labels, isReadOnly ? 1 : 0);
  if (capacity === null) return;
  const { blocks, bfree, bavail, files, ffree } = capacity;
  const block = blockBytes(capacity, type);
  const metric = (name: string) => (part === undefined ? undefined : `filesystem.${part}.${name}`);
  if (block !== null) {
    yield* rawValue(SIZE, labels, blocks * block, metric('totalBytes'));
    yield* rawValue(FREE, labels, bfree * block);
    yield* rawValue(AVAILABLE, labels, bavail * block, metric('availableBytes'));
  }
  yield* rawValue(FILES, labels, files);
  yield* rawValue(FILES_FREE, labels, ffree);
}
