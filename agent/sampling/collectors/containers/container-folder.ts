/** A container as identified by the name of its cgroup. */
export interface ContainerIdentity {
  /** 64 hexadecimal digits, or the name for runtimes without ids. */
  readonly id: string;
  /** `null` if only the id is known. */
  readonly name: string | null;
}

/** `docker-<id>.scope`, `libpod-payload-<id>`, `kubepods-….slice:cri-containerd:<id>`, `<id>`. */
const WITH_ID = /(?:^|[-_:])([0-9a-f]{64})(?:\.scope)?$/;
/** Other id lengths, recognisable by the runtime's prefix: Docker build steps, and shortened ids. */
const WITH_SHORT_ID =
  /^(?:docker|libpod|cri-containerd|crio|nerdctl|balena|buildkit)-([0-9a-z]{12,63})\.scope$/;
/** A container's monitor is its sibling, a pod its parent. */
const NO_CONTAINER = /conmon|libpod_pod_/;
/** Parents in which a plain id is a pod, or the overhead of a virtual machine. */
const NO_CONTAINERS: ReadonlySet<string> = new Set(['libpod_parent', 'kata_overhead']);

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4}';

/** Matched against the cgroup's name; the first capture is the container's name. */
const NAMES: readonly RegExp[] = [
  /^lxc\.payload\.(.+)$/,
  /^systemd-nspawn@(.+)\.service$/,
  // Plain OCI runtimes, and Apptainer with numbers only.
  /^(?:runc|crun|youki)-(.+)\.scope$/,
  /^((?:apptainer|singularity)-\d+)\.scope$/,
  // A systemd path taken literally as a folder name: `system.slice:docker:<name>`.
  /^(?:[^:]*\.slice)?:[^:]+:([^:]+)$/,
];

/** The same, by parent. */
const NAMES_IN: ReadonlyMap<string, RegExp> = new Map([
  ['lxc', /^(?!lxc\.)(.+)$/],
  ['lxc.payload', /^(.+)$/],
  ['machine.slice', /^machine-(.+)\.scope$/],
  ['crun', /^(.+)$/],
  ['youki', /^(.+)$/],
  ['buildkit', /^([0-9a-z]{25})$/],
  // Cloud Foundry's two shares, and Concourse.
  ['good', new RegExp(`^(${UUID})$`)],
  ['bad', new RegExp(`^(${UUID})$`)],
  ['garden', new RegExp(`^(${UUID})$`)],
  ['mesos', new RegExp(`^(${UUID})$`)],
  // Nomad tasks, each in an allocation; older versions have no shares.
  ['nomad.slice', new RegExp(`^${UUID}\\.(.+)\\.scope$`)],
  ['share.slice', new RegExp(`^${UUID}\\.(.+)\\.scope$`)],
  ['reserve.slice', new RegExp(`^${UUID}\\.(.+)\\.scope$`)],
]);

/** libvirt prefixes names with a number. Its machines include containers and virtual machines. */
const OF_LIBVIRT = /^([a-z]+)-\d+-(.+)$/;
const VIRTUAL_MACHINES: ReadonlySet<string | undefined> = new Set(['qemu', 'xen', 'bhyve', 'ch', 'vz']);

/** The container whose cgroup is `folder` in `parent`, `null` for any other cgroup. docs/metrics.md lists the runtimes. */
export function containerOfFolder(folder: string, parent: string): ContainerIdentity | null {
  const id = WITH_ID.exec(folder)?.[1];
  if (id !== undefined) {
    const isNone = NO_CONTAINER.test(folder) || (id === folder && NO_CONTAINERS.has(parent));
    return isNone ? null : { id, name: null };
  }
  const shortId = WITH_SHORT_ID.exec(folder)?.[1];
  if (shortId !== undefined) return { id: shortId, name: null };
  const name = nameOfFolder(folder, parent);
  return name === null ? null : { id: name, name };
}

function nameOfFolder(folder: string, parent: string): string | null {
  // Amazon ECS: the task's id, and a number for each of its containers.
  if (/^[0-9a-f]{32}$/.test(parent) && /^\d+$/.test(folder.slice(parent.length + 1))) {
    return folder.startsWith(`${parent}-`) ? folder : null;
  }
  const found =
    NAMES_IN.get(parent)?.exec(folder)?.[1] ??
    NAMES.map((pattern) => pattern.exec(folder)?.[1]).find((name) => name !== undefined);
  if (found === undefined) return null;
  const name = unescaped(found);
  const [, kind, ofLibvirt] = OF_LIBVIRT.exec(name) ?? [];
  if (parent !== 'machine.slice' || ofLibvirt === undefined) return name;
  if (VIRTUAL_MACHINES.has(kind)) return null;
  return kind === 'lxc' ? ofLibvirt : name;
}

/** systemd-escape(1): bytes other than letters, digits, `_` and `.` as `\x` and two hexadecimal digits. */
function unescaped(unit: string): string {
  if (!unit.includes('\\x')) return unit;
  const bytes = Buffer.from(unit, 'utf8')
    .toString('latin1')
    .replaceAll(/\\x([0-9a-f]{2})/g, (_match, digits: string) =>
      String.fromCodePoint(Number.parseInt(digits, 16)),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
