/** What a host is, and by which technique where that is known. */
export interface HostKind {
  /** `lxc` is a container that runs a whole system, `container` one that runs a program; `null` is not known. */
  readonly kind: 'machine' | 'vm' | 'lxc' | 'container' | null;
  /** For people: `KVM`, `Docker`, `Firecracker`; `null` where it is not known, and for a machine. */
  readonly name: string | null;
}

/** What the host shows of itself; `null` for what is not there or may not be read. */
export interface HostEvidence {
  /** Value of `container` in the environment of process 1, or text of `/run/systemd/container`; the same words. */
  readonly containerWord: string | null;
  readonly hasDockerEnv: boolean;
  readonly hasContainerEnv: boolean;
  readonly cgroup: string | null;
  readonly mountinfo: string | null;
  /** `/proc/vz` without `/proc/bc`: the inside of OpenVZ. */
  readonly isOpenVz: boolean;
  readonly version: string | null;
  readonly hypervisorType: string | null;
  /** `control_d` is in it on the machine that runs Xen. */
  readonly xenCapabilities: string | null;
  /** `sys_vendor`, `product_name` and `bios_vendor`, each on a line. */
  readonly dmi: string | null;
  /** Who made the ACPI tables, at most 6 characters; root only. */
  readonly acpiMaker: string | null;
  /** The first processor is enough. */
  readonly cpuinfo: string | null;
  /** Of the device tree. */
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

/** Paths that only this runtime makes, in `/proc/<pid>/cgroup` and `/proc/<pid>/mountinfo`; the more special ones first. */
const CONTAINER_PATHS: readonly (readonly [RegExp, HostKind])[] = [
  [/\/kubepods|\/var\/lib\/kubelet\/pods\//, { kind: 'container', name: 'Kubernetes' }],
  [/\/libpod[-_]|\/overlay-containers\/|\/containers\/storage\//, { kind: 'container', name: 'Podman' }],
  [/\/docker[-/][0-9a-f]{64}|\/docker\/(?:containers|overlay2)\//, { kind: 'container', name: 'Docker' }],
  [/\/lxc(?:\.payload)?\/|\/lxc\.payload\./, { kind: 'lxc', name: 'LXC' }],
  [/\/io\.containerd\./, { kind: 'container', name: 'containerd' }],
];

/** Words in what the firmware says about itself; the more special ones first. */
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
 * What `evidence` says. A container is told before the virtual machine that it is in.
 *
 * `/.dockerenv` alone is not enough: an image that was turned into the disk of a virtual machine still has it.
 */
export function hostKindOf(evidence: HostEvidence): HostKind {
  return containerOf(evidence) ?? vmOf(evidence) ?? machineOf(evidence) ?? NOT_KNOWN;
}

function containerOf(evidence: HostEvidence): HostKind | null {
  const byWord = CONTAINER_WORDS.get(evidence.containerWord ?? '');
  const byPath = CONTAINER_PATHS.find(
    ([path]) => path.test(evidence.cgroup ?? '') || path.test(ownMounts(evidence.mountinfo ?? '')),
  )?.[1];
  // A pod's process says `container=docker` or nothing, and its paths say whose it is.
  if (byPath !== undefined && byWord?.kind !== 'lxc') return byPath;
  if (byWord !== undefined) return byWord;
  if (evidence.hasContainerEnv) return { kind: 'container', name: 'Podman' };
  if (evidence.isOpenVz) return { kind: 'container', name: 'OpenVZ' };
  if (/ \/proc\/\w+ .* - fuse\.lxcfs /.test(evidence.mountinfo ?? '')) return { kind: 'lxc', name: 'LXC' };
  if (evidence.hasDockerEnv && isRootMadeUp(evidence.mountinfo)) return { kind: 'container', name: 'Docker' };
  if (evidence.containerWord !== null) return { kind: 'container', name: null };
  return null;
}

/** The lines of the root and of the files that a runtime lays into it: elsewhere, other containers' mounts are seen too. */
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
  // The host's own system when Xen runs below it.
  if (evidence.xenCapabilities?.includes('control_d') === true) return { kind: 'machine', name: null };
  if (/^Linux version \S*microsoft/i.test(evidence.version ?? '')) return { kind: 'vm', name: 'WSL' };
  const name = hypervisorOf(evidence);
  const hasFlag = hasHypervisorFlag(evidence.cpuinfo);
  // Instances without a hypervisor have the same vendor as those with one.
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

/** `null` where the processor has no such flag: only x86 has it. */
function hasHypervisorFlag(cpuinfo: string | null): boolean | null {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo ?? '')?.[1];
  return flags === undefined ? null : ` ${flags} `.includes(' hypervisor ');
}
