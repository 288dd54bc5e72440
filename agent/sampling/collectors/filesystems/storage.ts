import type { Mount } from '../../kernel/mountinfo.ts';
import { foldersAbove, visibleMounts } from '../../kernel/visible-mounts.ts';

/** A filesystem that stores data, at the mount point that represents it. */
export interface Storage {
  /** Mount id; reused after an unmount. */
  readonly id: string;
  /** Bytes (kernel/text.ts). */
  readonly mountPoint: string;
  readonly type: string;
  /** What is mounted: `/dev/sda1`, `server:/export`. Bytes, like `mountPoint`. */
  readonly source: string;
  readonly isReadOnly: boolean;
  /** Served by another machine or process, or reached through such a mount, so a query may hang. */
  readonly isRemote: boolean;
  /** Idle timeout after which it is unmounted, and which a query resets; `null` if it stays mounted. */
  readonly idleMs: number | null;
}

/** Served by this kernel, from memory or a local disk. */
const LOCAL = new Set(
  (
    'ext2 ext3 ext4 xfs btrfs zfs bcachefs f2fs jfs reiserfs reiser4 nilfs2 ufs minix hfs hfsplus apfs ' +
    'vfat msdos exfat ntfs ntfs3 ubifs jffs2'
  ).split(' '),
);
const REMOTE = new Set(
  (
    'nfs nfs4 cifs smb3 smbfs ncpfs ceph afs coda lustre gpfs glusterfs beegfs pvfs2 ocfs2 gfs2 ' +
    '9p virtiofs vboxsf prl_fs fuse fuseblk'
  ).split(' '),
);
/** Views of other filesystems, made by a process: they store nothing. */
const FUSE_VIEW = /^fuse\.(?:lxcfs|gvfsd-fuse|portal|snapfuse|squashfuse|fuse-overlayfs|rofiles-fuse)$/;

/**
 * The real storage among `mounts`, by mount point. Left out: filesystems that store nothing (`proc`, `tmpfs`), read-only images, container
 * overlays other than `/`, files mounted on files, and whatever another mount covers. A filesystem with several mounts is represented by one
 * that stays mounted, then by the shortest mount point.
 * @param isFile called only for partial mounts of permanent local filesystems
 */
export function storageAmong(mounts: readonly Mount[], isFile: (mountPoint: string) => boolean): Storage[] {
  const visible = visibleMounts(mounts);
  const remote = new Set(
    visible.filter(({ type }) => isRemoteType(type)).map(({ mountPoint }) => mountPoint),
  );
  const idleMs = idleTimes(mounts);
  const byDevice = new Map<string, Storage>();
  for (const { id, device, root, mountPoint, type, source, isReadOnly } of visible) {
    if (!isStorage(type, mountPoint)) continue;
    const way = [mountPoint, ...foldersAbove(mountPoint), '/'];
    const storage = {
      id,
      mountPoint,
      type,
      source,
      isReadOnly,
      isRemote: isRemoteType(type) || way.some((folder) => remote.has(folder)),
      idleMs: least(way.flatMap((folder) => idleMs.get(folder) ?? [])),
    };
    const known = byDevice.get(device);
    if (known !== undefined && !isBetter(storage, known)) continue;
    const mayBeLookedAt = !storage.isRemote && storage.idleMs === null;
    if (mayBeLookedAt && root !== '/' && isFile(mountPoint)) continue;
    byDevice.set(device, storage);
  }
  return [...byDevice.values()].toSorted((a, b) => (a.mountPoint < b.mountPoint ? -1 : 1));
}

function isBetter(one: Storage, other: Storage): boolean {
  if ((one.idleMs === null) !== (other.idleMs === null)) return one.idleMs === null;
  return one.mountPoint.length < other.mountPoint.length;
}

/** Idle timeouts in ms, by the folder in or on which an automounter mounts. */
export function idleTimes(mounts: readonly Mount[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { type, mountPoint, options } of mounts) {
    if (type !== 'autofs') continue;
    const [seconds = 0] = options.flatMap((option) => /^timeout=(\d+)$/.exec(option)?.[1] ?? []).map(Number);
    if (seconds > 0) times.set(mountPoint, Math.min(times.get(mountPoint) ?? Infinity, seconds * 1000));
  }
  return times;
}

function least(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : Math.min(...numbers);
}

function isStorage(type: string, mountPoint: string): boolean {
  if (type === 'overlay' || type === 'fuse.fuse-overlayfs') return mountPoint === '/';
  return LOCAL.has(type) || isRemoteType(type);
}

/** Whether another machine or a process serves filesystems of this type, so that a query may hang. */
export function isRemoteType(type: string): boolean {
  return REMOTE.has(type) || (type.startsWith('fuse.') && !FUSE_VIEW.test(type));
}
