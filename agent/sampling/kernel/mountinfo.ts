/** A line of `mountinfo`. Paths are bytes (kernel/text.ts). */
export interface Mount {
  readonly id: string;
  /** Id of the mount that contains its mount point. */
  readonly parent: string;
  /** `major:minor`; the same for every mount of a filesystem. */
  readonly device: string;
  /** The mounted part of the filesystem: `/` for all of it, else a folder, file or subvolume. */
  readonly root: string;
  readonly mountPoint: string;
  /** `ext4`, `nfs4`, `fuse.sshfs` */
  readonly type: string;
  /** Filesystem options: `rw`, `timeout=60`. */
  readonly options: readonly string[];
}

/**
 * Parses `/proc/<pid>/mountinfo`, in file order (man 5 proc_pid_mountinfo). Skips lines in another form.
 * @param text read as `latin1`
 */
export function parseMountinfo(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split('\n')) {
    // Preceded by any number of optional fields.
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

/** The kernel escapes space, tab, line feed, backslash and `#` as three octal digits: `\040`. */
function unescaped(field: string): string {
  if (!field.includes('\\')) return field;
  return field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCodePoint(Number.parseInt(octal, 8)),
  );
}
