import { statfsSync } from 'node:fs';
import type { Capacity } from '../../sampling/collectors/filesystems/capacity.ts';
import { rawFilesystem } from '../../sampling/collectors/filesystems/raw-values.ts';
import { isRemoteType } from '../../sampling/collectors/filesystems/storage.ts';
import { parseMountinfo, type Mount } from '../../sampling/kernel/mountinfo.ts';
import { pathOf, textOf } from '../../sampling/kernel/text.ts';
import { foldersAbove, visibleMounts } from '../../sampling/kernel/visible-mounts.ts';
import type { RawValue } from '../../sampling/raw-values.ts';

/** What node_exporter leaves out by default. */
const EXCLUDED_FOLDER =
  /^\/(?:dev|proc|run\/credentials\/.+|sys|var\/lib\/docker\/.+|var\/lib\/containers\/storage\/.+)(?:$|\/)/;
const EXCLUDED_TYPE =
  /^(?:autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$/;
/** The kernel answers for these from memory. */
const IN_MEMORY: ReadonlySet<string> = new Set(['tmpfs', 'ramfs']);
/**
 * Every mount that node_exporter shows by default. No file system is asked here that could hang: the answers are those that the agent's own
 * collector had last, for all mounts of the same filesystem; a mount for which it has none is left out.
 * @param mountinfo bytes @param answers the collector's values @param rootFolder what precedes each mount point to reach it
 */
export function* readFilesystems(
  mountinfo: string,
  answers: Iterable<RawValue>,
  rootFolder: string,
): Generator<RawValue, void> {
  const mounts = visibleMounts(parseMountinfo(mountinfo));
  const byMount = groupByMount(answers);
  const byDevice = new Map<string, readonly RawValue[]>();
  for (const mount of mounts) {
    const known = byMount.get(keyOf(textOf(mount.mountPoint), mount.type));
    if (known !== undefined) byDevice.set(mount.device, known);
  }
  const hanging = new Set(mounts.filter(({ type }) => mayHang(type)).map(({ mountPoint }) => mountPoint));
  for (const mount of mounts) {
    const { device, type, mountPoint, source, isReadOnly } = mount;
    if (EXCLUDED_FOLDER.test(mountPoint) || EXCLUDED_TYPE.test(type)) continue;
    const known = byDevice.get(device);
    if (known !== undefined) {
      const labels = { device: textOf(source), fstype: type, mountpoint: textOf(mountPoint) };
      for (const { family, value, metric } of known) {
        const own = family.name === READ_ONLY ? Number(isReadOnly) : value;
        yield metric === undefined ? { family, labels, value: own } : { family, labels, value: own, metric };
      }
    } else if (IN_MEMORY.has(type) && !foldersAbove(mountPoint).some((folder) => hanging.has(folder))) {
      const capacity = capacityOf(mount, rootFolder);
      if (capacity !== null && capacity.blocks > 0)
        yield* rawFilesystem({ mountPoint, type, source, isReadOnly }, capacity, undefined);
    }
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

function capacityOf({ mountPoint }: Mount, rootFolder: string): Capacity | null {
  try {
    return statfsSync(Buffer.concat([Buffer.from(rootFolder), pathOf(mountPoint)]));
  } catch {
    return null;
  }
}
