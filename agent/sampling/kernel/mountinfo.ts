/** One line of `mountinfo`. Paths are bytes (kernel/text.ts). */
export interface Mount {
  readonly id: string;
  /** Of the mount in which its mount point is. */
  readonly parent: string;
  /** Major and minor number; the same for each mount of one filesystem. */
  readonly device: string;
  /** What of the filesystem is mounted: `/` for all of it, else a folder, a file or a subvolume in it. */
  readonly root: string;
  readonly mountPoint: string;
  /** `ext4`, `nfs4`, `fuse.sshfs` */
  readonly type: string;
  /** Those of the filesystem: `rw`, `timeout=60`. */
  readonly options: readonly string[];
}

/**
 * The mounts of `/proc/<pid>/mountinfo`, in its order (man 5 proc_pid_mountinfo). A line that is not of this form is left out.
 * @param text read as `latin1`
 */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    // Any number of optional fields stands before the dash.
    const dash = line.indexOf(' - ');
    if (dash < 0) continue;
    const [id = '', parent = '', device, root, mountPoint] = line.slice(0, dash).split(' ', 5);
    const [type, , options = ''] = line.slice(dash + 3).split(' ', 3);
    if (device === undefined || root === undefined || mountPoint === undefined) continue;
    if (type === undefined || type === '') continue;
    mounts.push({
      id,
      parent,
      device,
      root: unescaped(root),
      mountPoint: unescaped(mountPoint),
      type,
      options: options.split(','),
    });
  }
  return mounts;
}

/** The kernel writes space, tab, line feed, backslash and `#` as three octal digits: `\040`. */
function unescaped(field: string): string {
  if (!field.includes('\\')) return field;
  return field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCodePoint(Number.parseInt(octal, 8)),
  );
}
