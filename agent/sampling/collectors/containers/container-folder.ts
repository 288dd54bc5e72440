/** A container as the name of its control group tells it. */
export interface ContainerIdentity {
  /** 64 hexadecimal digits, or the name where the runtime has no ids. */
  readonly id: string;
  /** `null` where only an id is known. */
  readonly name: string | null;
}

/** `docker-<id>.scope`, `libpod-payload-<id>`, `kubepods-….slice:cri-containerd:<id>`, `<id>`. */
const WITH_ID = /(?:^|[-_:])([0-9a-f]{64})(?:\.scope)?$/;
/** Ids of another length where the runtime stands before them: steps of a build in Docker, and what others shorten. */
const WITH_SHORT_ID =
  /^(?:docker|libpod|cri-containerd|crio|nerdctl|balena|buildkit)-([0-9a-z]{12,63})\.scope$/;
/** What watches over a container is beside it, and a pod is around its containers. */
const NO_CONTAINER = /conmon|libpod_pod_/;
/** Where a plain id is of a pod, or of what a virtual machine costs its host. */
const NO_CONTAINERS: ReadonlySet<string> = new Set(['libpod_parent', 'kata_overhead']);

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4}';

/** By the name of a control group: its first part in parentheses is what the container is called. */
const NAMES: readonly RegExp[] = [
  /^lxc\.payload\.(.+)$/,
  /^systemd-nspawn@(.+)\.service$/,
  // A runtime on its own, and Apptainer, which has numbers only.
  /^(?:runc|crun|youki)-(.+)\.scope$/,
  /^((?:apptainer|singularity)-\d+)\.scope$/,
  // How a path for systemd stands there when the runtime makes a folder of it: `system.slice:docker:<name>`.
  /^(?:[^:]*\.slice)?:[^:]+:([^:]+)$/,
];

/** The same, by the group around it. */
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
  // Nomad's tasks, each in an allocation; older versions have no shares.
  ['nomad.slice', new RegExp(`^${UUID}\\.(.+)\\.scope$`)],
  ['share.slice', new RegExp(`^${UUID}\\.(.+)\\.scope$`)],
  ['reserve.slice', new RegExp(`^${UUID}\\.(.+)\\.scope$`)],
]);

/** libvirt's machines have its number before their name. Containers are among them, and others, which are no containers. */
const OF_LIBVIRT = /^([a-z]+)-\d+-(.+)$/;
const VIRTUAL_MACHINES: ReadonlySet<string | undefined> = new Set(['qemu', 'xen', 'bhyve', 'ch', 'vz']);

/** Which container the control group `folder` in `parent` is of, `null` for another group. docs/metrics.md lists the runtimes. */
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
  // Amazon ECS: the id of a task, and a number for each of its containers.
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

/** systemd writes bytes other than letters, digits, `_` and `.` as `\x` and two hexadecimal digits (systemd-escape(1)). */
function unescaped(unit: string): string {
  if (!unit.includes('\\x')) return unit;
  const bytes = Buffer.from(unit, 'utf8')
    .toString('latin1')
    .replaceAll(/\\x([0-9a-f]{2})/g, (_match, digits: string) =>
      String.fromCodePoint(Number.parseInt(digits, 16)),
    );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
