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
  /** What is mounted: `/dev/sda1`, `server:/export`, `tmpfs`. */
  readonly source: string;
  /** Filesystem options: `rw`, `timeout=60`. */
  readonly options: readonly string[];
  /** Whether the mount or its filesystem is read-only. */
  readonly isReadOnly: boolean;
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
    const [id = '', parent = '', device, root, mountPoint, ownOptions = ''] = line
      .slice(0, dash)
      .split(' ', 6);
    const [type, source = '', filesystemOptions = ''] = line.slice(dash + 3).split(' ', 3);
    const options = filesystemOptions.split(',');
    if (device === undefined || root === undefined || mountPoint === undefined) continue;
    if (type === undefined || type === '') continue;
    mounts.push({
      id,
      parent,
      device,
      root: unescaped(root),
      mountPoint: unescaped(mountPoint),
      type,
      source: unescaped(source),
      options,
      isReadOnly: options.includes('ro') || ownOptions.split(',').includes('ro'),
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
