import { statfsSync } from 'node:fs';
import type { Capacity } from '../../sampling/collectors/filesystems/capacity.ts';
import { rawFilesystem } from '../../sampling/collectors/filesystems/raw-values.ts';
import { isRemoteType } from '../../sampling/collectors/filesystems/storage.ts';
import { parseMountinfo, type Mount } from '../../sampling/kernel/mountinfo.ts';
import { pathOf, textOf } from '../../sampling/kernel/text.ts';
import { foldersAbove, visibleMounts } from '../../sampling/kernel/visible-mounts.ts';
import type { Labels, RawValue } from '../../sampling/raw-values.ts';

/** What node_exporter leaves out by default. */
const EXCLUDED_FOLDER =
  /^\/(?:dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)(?:$|\/)/;
const EXCLUDED_TYPE =
  /^(?:autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$/;
/** The kernel answers for these from memory. */
const IN_MEMORY: ReadonlySet<string> = new Set(['tmpfs', 'ramfs']);
/** A mount that is exported. */
interface Exported extends Pick<Mount, 'mountPoint' | 'type' | 'source' | 'isReadOnly' | 'device'> {
  readonly labels: Labels;
  /** Whether the kernel answers for it from memory, and the way to it too. */
  readonly isInMemory: boolean;
}

/**
 * Every mount that node_exporter shows by default. No file system is asked here that could hang: the answers are those that the agent's own
 * collector had last, for all mounts of the same filesystem; a mount for which it has none is left out.
 */
export class Filesystems {
  readonly #rootFolder: string;
  #mountinfo = '';
  #mounts: readonly Mount[] = [];
  #exported: readonly Exported[] = [];

  /** @param rootFolder what precedes each mount point to reach it */
  constructor(rootFolder: string) {
    this.#rootFolder = rootFolder;
  }

  /** @param mountinfo bytes @param answers the collector's values */
  *read(mountinfo: string, answers: Iterable<RawValue>): Generator<RawValue, void> {
    this.#find(mountinfo);
    const byMount = groupByMount(answers);
    const byDevice = new Map<string, readonly RawValue[]>();
    for (const { device, mountPoint, type } of this.#mounts) {
      const known = byMount.get(keyOf(textOf(mountPoint), type));
      if (known !== undefined) byDevice.set(device, known);
    }
    for (const mount of this.#exported) {
      const { device, labels, isReadOnly } = mount;
      const known = byDevice.get(device);
      for (const { family, value, metric } of known ?? []) {
        const own = family.name === READ_ONLY ? Number(isReadOnly) : value;
        yield metric === undefined ? { family, labels, value: own } : { family, labels, value: own, metric };
      }
      if (known !== undefined || !mount.isInMemory) continue;
      const capacity = capacityOf(mount, this.#rootFolder);
      if (capacity !== null && capacity.blocks > 0) yield* rawFilesystem(mount, capacity, undefined);
    }
  }

  /** Mounts seldom change. */
  #find(mountinfo: string): void {
    if (mountinfo === this.#mountinfo) return;
    this.#mountinfo = mountinfo;
    this.#mounts = visibleMounts(parseMountinfo(mountinfo));
    const hanging = new Set(
      this.#mounts.filter(({ type }) => mayHang(type)).map(({ mountPoint }) => mountPoint),
    );
    this.#exported = this.#mounts
      .filter(({ mountPoint, type }) => !EXCLUDED_FOLDER.test(mountPoint) && !EXCLUDED_TYPE.test(type))
      .map((mount) => ({
        ...mount,
        labels: {
          device: textOf(mount.source),
          fstype: mount.type,
          mountpoint: textOf(mount.mountPoint),
        },
        isInMemory:
          IN_MEMORY.has(mount.type) && !foldersAbove(mount.mountPoint).some((folder) => hanging.has(folder)),
      }));
  }
}

const READ_ONLY = 'node_filesystem_readonly';

function groupByMount(values: Iterable<RawValue>): Map<string, RawValue[]> {
  const groups = new Map<string, RawValue[]>();
  for (const value of values) {
    const { mountpoint = '', fstype = '' } = value.labels;
    const group = groups.get(keyOf(mountpoint, fstype));
    if (group === undefined) groups.set(keyOf(mountpoint, fstype), [value]);
    else group.push(value);
  }
  return groups;
}

/** Whether the way to a mount may hang: what another machine or a process serves, or what is mounted by looking at it. */
function mayHang(type: string): boolean {
  return type === 'autofs' || type.startsWith('fuse') || isRemoteType(type);
}

function keyOf(mountPoint: string, type: string): string {
  return `${type} ${mountPoint}`;
}

function capacityOf({ mountPoint }: Pick<Mount, 'mountPoint'>, rootFolder: string): Capacity | null {
  try {
    return statfsSync(Buffer.concat([Buffer.from(rootFolder), pathOf(mountPoint)]));
  } catch {
    return null;
  }
}
