import type { Mount } from './proc-mountinfo.ts';

/** A filesystem that keeps something, at the one mount point that stands for it. */
export interface Storage {
  readonly mountPoint: string;
  readonly type: string;
  /** Its figures come from another machine or process, or the way to it leads over such a one, so a question may hang. */
  readonly isRemote: boolean;
}

/** Answered by this kernel, from memory or from a disk of this machine. */
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
/** Views of what is elsewhere, made by a process: they keep nothing. */
const FUSE_VIEW = /^fuse\.(?:lxcfs|gvfsd-fuse|portal|snapfuse|squashfuse|fuse-overlayfs|rofiles-fuse)$/;

/**
 * The real storage among `mounts`, by mount point: what no disk or server keeps is left out (`proc`, `tmpfs`), and so are
 * read-only images, containers' overlays but the one on `/`, and files that are mounted on files. A filesystem that is mounted
 * more than once stands at its shortest mount point.
 * @param isFile asked only about parts of local filesystems
 */
export function storageAmong(mounts: readonly Mount[], isFile: (mountPoint: string) => boolean): Storage[] {
  const onTop = new Map(mounts.map((mount) => [mount.mountPoint, mount]));
  const visible = [...onTop.values()];
  const remoteFolders = visible
    .filter(({ type }) => isRemoteType(type))
    .map(({ mountPoint }) => (mountPoint === '/' ? '/' : `${mountPoint}/`));
  const byDevice = new Map<string, Storage>();
  for (const { device, root, mountPoint, type } of visible) {
    if (!isStorage(type, mountPoint)) continue;
    const known = byDevice.get(device);
    if (known !== undefined && known.mountPoint.length <= mountPoint.length) continue;
    const isRemote = isRemoteType(type) || remoteFolders.some((folder) => mountPoint.startsWith(folder));
    if (!isRemote && root !== '/' && isFile(mountPoint)) continue;
    byDevice.set(device, { mountPoint, type, isRemote });
  }
  return [...byDevice.values()].toSorted((a, b) => (a.mountPoint < b.mountPoint ? -1 : 1));
}

function isStorage(type: string, mountPoint: string): boolean {
  if (type === 'overlay' || type === 'fuse.fuse-overlayfs') return mountPoint === '/';
  return LOCAL.has(type) || isRemoteType(type);
}

function isRemoteType(type: string): boolean {
  return REMOTE.has(type) || (type.startsWith('fuse.') && !FUSE_VIEW.test(type));
}
