/** Kind of a host, and the technology if known. */
export interface HostKind {
  /** `lxc` is a system container, `container` an application container; `null` if unknown. */
  readonly kind: 'machine' | 'vm' | 'lxc' | 'container' | null;
  /** Display name: `KVM`, `Docker`, `Firecracker`; `null` if unknown, and for a physical machine. */
  readonly name: string | null;
}

/** Files that reveal the kind of a host; `null` if missing or unreadable. */
export interface HostEvidence {
  /** `container` in the environment of process 1, or the text of `/run/systemd/container`, which use the same words. */
  readonly containerWord: string | null;
  readonly hasDockerEnv: boolean;
  readonly hasContainerEnv: boolean;
  readonly cgroup: string | null;
  readonly mountinfo: string | null;
  /** `/proc/vz` without `/proc/bc`: inside OpenVZ. */
  readonly isOpenVz: boolean;
  readonly version: string | null;
  readonly hypervisorType: string | null;
  /** Contains `control_d` on the machine that runs Xen. */
  readonly xenCapabilities: string | null;
  /** `sys_vendor`, `product_name` and `bios_vendor`, one per line. */
  readonly dmi: string | null;
  /** Vendor in the ACPI tables, at most 6 characters; root only. */
  readonly acpiMaker: string | null;
  /** At least its first processor. */
  readonly cpuinfo: string | null;
  /** From the device tree. */
  readonly boardModel: string | null;
}

const NOT_KNOWN: HostKind = { kind: null, name: null };

const CONTAINER_WORDS: ReadonlyMap<string, HostKind> = new Map([
  ['docker', { kind: 'container', name: 'Docker' }],
  ['podman', { kind: 'container', name: 'Podman' }],
  ['kube', { kind: 'container', name: 'Kubernetes' }],
  ['systemd-nspawn', { kind: 'container', name: 'systemd-nspawn' }],
  ['openvz', { kind: 'container', name: 'OpenVZ' }],
  ['flatpak', { kind: 'container', name: 'Flatpak' }],
  ['wsl', { kind: 'vm', name: 'WSL' }],
  ['lxc', { kind: 'lxc', name: 'LXC' }],
  ['lxc-libvirt', { kind: 'lxc', name: 'LXC' }],
] as const);

/** Paths specific to a runtime, in `/proc/<pid>/cgroup` and `/proc/<pid>/mountinfo`; more specific ones first. */
const CONTAINER_PATHS: readonly (readonly [RegExp, HostKind])[] = [
  [/\/kubepods|\/var\/lib\/kubelet\/pods\//, { kind: 'container', name: 'Kubernetes' }],
  [/\/libpod[-_]|\/overlay-containers\/|\/containers\/storage\//, { kind: 'container', name: 'Podman' }],
  [/\/docker[-/][0-9a-f]{64}|\/docker\/(?:containers|overlay2)\//, { kind: 'container', name: 'Docker' }],
  [/\/lxc(?:\.payload)?\/|\/lxc\.payload\./, { kind: 'lxc', name: 'LXC' }],
  [/\/io\.containerd\./, { kind: 'container', name: 'containerd' }],
];

/** Patterns in firmware strings; more specific ones first. */
const VM_WORDS: readonly (readonly [RegExp, string])[] = [
  [/amazon ec2/i, 'Amazon EC2'],
  [/google compute engine/i, 'Google Compute Engine'],
  [/alibaba cloud ecs/i, 'Alibaba Cloud'],
  [/openstack/i, 'OpenStack'],
  [/kubevirt/i, 'KubeVirt'],
  [/vmware/i, 'VMware'],
  [/innotek gmbh|virtualbox/i, 'VirtualBox'],
  [/parallels/i, 'Parallels'],
  [/bhyve/i, 'bhyve'],
  [/virtual machine/i, 'Hyper-V'],
  [/apple virtualization/i, 'Apple Virtualization'],
  [/firecracker/i, 'Firecracker'],
  [/cloud hypervisor/i, 'Cloud Hypervisor'],
  [/\bxen\b/i, 'Xen'],
  [/\bkvm\b|qemu|rhev|ovirt/i, 'KVM'],
  [/bochs|seabios/i, 'QEMU'],
];

const ACPI_MAKERS: ReadonlyMap<string, string> = new Map([
  ['FIRECK', 'Firecracker'],
  ['CLOUDH', 'Cloud Hypervisor'],
  ['BOCHS', 'QEMU'],
  ['VBOX', 'VirtualBox'],
  ['Xen', 'Xen'],
  ['AMAZON', 'Amazon EC2'],
  ['VRTUAL', 'Hyper-V'],
]);

/**
 * Interprets `evidence`. A container takes precedence over the virtual machine around it.
 *
 * `/.dockerenv` alone is not enough: an image converted to a virtual machine's disk still has it.
 */
export function hostKindOf(evidence: HostEvidence): HostKind {
  return containerOf(evidence) ?? vmOf(evidence) ?? machineOf(evidence) ?? NOT_KNOWN;
}

function containerOf(evidence: HostEvidence): HostKind | null {
  const byWord = CONTAINER_WORDS.get(evidence.containerWord ?? '');
  const byPath = CONTAINER_PATHS.find(
    ([path]) => path.test(evidence.cgroup ?? '') || path.test(ownMounts(evidence.mountinfo ?? '')),
  )?.[1];
  // A pod's process says `container=docker` or nothing; its paths are more precise.
  if (byPath !== undefined && byWord?.kind !== 'lxc') return byPath;
  if (byWord !== undefined) return byWord;
  if (evidence.hasContainerEnv) return { kind: 'container', name: 'Podman' };
  if (evidence.isOpenVz) return { kind: 'container', name: 'OpenVZ' };
  if (/ \/proc\/\w+ .* - fuse\.lxcfs /.test(evidence.mountinfo ?? '')) return { kind: 'lxc', name: 'LXC' };
  if (evidence.hasDockerEnv && isRootMadeUp(evidence.mountinfo)) return { kind: 'container', name: 'Docker' };
  if (evidence.containerWord !== null) return { kind: 'container', name: null };
  return null;
}

/** Lines for the root and for files a runtime mounts into it. Other lines may show other containers' mounts. */
function ownMounts(mountinfo: string): string {
  return mountinfo
    .split('\n')
    .filter((line) => OWN_MOUNT.test(line))
    .join('\n');
}

const OWN_MOUNT = /^\S+ \S+ \S+ \S+ (?:\/|\/etc\/(?:hosts|hostname|resolv\.conf)) /;

function isRootMadeUp(mountinfo: string | null): boolean {
  return (
    mountinfo === null ||
    / \/ \S+ .*- (?:overlay|aufs|fuse-overlayfs) | \/etc\/(?:hosts|hostname) /.test(mountinfo)
  );
}

function vmOf(evidence: HostEvidence): HostKind | null {
  // The control domain of Xen.
  if (evidence.xenCapabilities?.includes('control_d') === true) return { kind: 'machine', name: null };
  if (/^Linux version \S*microsoft/i.test(evidence.version ?? '')) return { kind: 'vm', name: 'WSL' };
  const name = hypervisorOf(evidence);
  const hasFlag = hasHypervisorFlag(evidence.cpuinfo);
  // Bare-metal instances have the same vendor as virtual ones.
  if (hasFlag === false && (name === null || /\.metal/.test(evidence.dmi ?? ''))) return null;
  return name !== null || hasFlag === true ? { kind: 'vm', name } : null;
}

function hypervisorOf({ dmi, acpiMaker, hypervisorType, boardModel }: HostEvidence): string | null {
  const byFirmware = VM_WORDS.find(([word]) => word.test(dmi ?? ''))?.[1] ?? ACPI_MAKERS.get(acpiMaker ?? '');
  if (byFirmware !== undefined) return byFirmware;
  if (hypervisorType === 'xen') return 'Xen';
  return boardModel === 'linux,dummy-virt' ? 'KVM' : null;
}

function machineOf({ cpuinfo, dmi, boardModel }: HostEvidence): HostKind | null {
  return hasHypervisorFlag(cpuinfo) === false || dmi !== null || boardModel !== null
    ? { kind: 'machine', name: null }
    : null;
}

/** `null` if the processor has no such flag: only x86 does. */
function hasHypervisorFlag(cpuinfo: string | null): boolean | null {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo ?? '')?.[1];
  return flags === undefined ? null : ` ${flags} `.includes(' hypervisor ');
}
