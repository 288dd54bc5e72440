import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostKindOf } from './host-evidence.ts';
import type { HostEvidence, HostKind } from './host-evidence.ts';
import { readHostKind } from './host-kind.ts';
import { THIS_HOST } from '../kernel/roots.ts';

const ID = '0123456789abcdef'.repeat(4);

const NOTHING: HostEvidence = {
  containerWord: null,
  hasDockerEnv: false,
  hasContainerEnv: false,
  cgroup: null,
  mountinfo: null,
  isOpenVz: false,
  version: null,
  hypervisorType: null,
  xenCapabilities: null,
  dmi: null,
  acpiMaker: null,
  cpuinfo: null,
  boardModel: null,
};

const PLAIN_ROOT = '27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n';
const OVERLAY_ROOT = '600 500 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/a/l/X:/a/l/Y,upperdir=/b\n';
const IN_VM = { cpuinfo: 'processor\t: 0\nflags\t\t: fpu vme hypervisor lahf_lm\n' };
const ON_METAL = { cpuinfo: 'processor\t: 0\nflags\t\t: fpu vme lahf_lm\n' };

type Case = readonly [
  title: string,
  evidence: Partial<HostEvidence>,
  kind: HostKind['kind'],
  name: string | null,
];

const CONTAINERS: readonly Case[] = [
  ['a Docker path of version 1', { cgroup: `4:memory:/docker/${ID}\n` }, 'container', 'Docker'],
  ['a Docker scope', { cgroup: `0::/system.slice/docker-${ID}.scope\n` }, 'container', 'Docker'],
  [
    'files that Docker lays into the root, in a namespace of control groups',
    {
      cgroup: '0::/\n',
      mountinfo: `${PLAIN_ROOT}601 600 8:1 /var/lib/docker/containers/${ID}/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n`,
    },
    'container',
    'Docker',
  ],
  ['/.dockerenv on an overlay', { hasDockerEnv: true, mountinfo: OVERLAY_ROOT }, 'container', 'Docker'],
  ['/.dockerenv where mounts cannot be read', { hasDockerEnv: true }, 'container', 'Docker'],
  [
    'a pod',
    { containerWord: 'docker', cgroup: `4:memory:/kubepods/burstable/pod1/${ID}\n` },
    'container',
    'Kubernetes',
  ],
  [
    "a pod's hosts file",
    {
      mountinfo: `${OVERLAY_ROOT}7 6 8:1 /var/lib/kubelet/pods/1/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw\n`,
    },
    'container',
    'Kubernetes',
  ],
  ['/run/.containerenv', { hasContainerEnv: true }, 'container', 'Podman'],
  ['a Podman scope', { cgroup: `0::/machine.slice/libpod-${ID}.scope/container\n` }, 'container', 'Podman'],
  ['the word podman', { containerWord: 'podman' }, 'container', 'Podman'],
  ['the word lxc', { containerWord: 'lxc', cgroup: '0::/init.scope\n' }, 'lxc', 'LXC'],
  ['an LXC path', { cgroup: '4:memory:/lxc/101/ns\n' }, 'lxc', 'LXC'],
  ['an LXC payload', { cgroup: '0::/lxc.payload.web/system.slice/a.service\n' }, 'lxc', 'LXC'],
  [
    'files of lxcfs in /proc',
    { mountinfo: '9 8 0:50 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw\n' },
    'lxc',
    'LXC',
  ],
  ['the word systemd-nspawn', { containerWord: 'systemd-nspawn' }, 'container', 'systemd-nspawn'],
  ['OpenVZ', { isOpenVz: true }, 'container', 'OpenVZ'],
  ['an unknown word', { containerWord: 'new-thing' }, 'container', null],
];

const MACHINES: readonly Case[] = [
  ['KVM', { ...IN_VM, dmi: 'QEMU\nStandard PC (Q35 + ICH9, 2009)\nSeaBIOS' }, 'vm', 'KVM'],
  ['an EC2 instance', { ...IN_VM, dmi: 'Amazon EC2\nm5.large\nAmazon EC2' }, 'vm', 'Amazon EC2'],
  [
    'an EC2 instance without a hypervisor',
    { ...ON_METAL, dmi: 'Amazon EC2\nm5.metal\nAmazon EC2' },
    'machine',
    null,
  ],
  [
    'an EC2 instance with an ARM processor',
    { cpuinfo: 'Features\t: fp asimd\n', dmi: 'Amazon EC2\nm6g.large\nAmazon EC2' },
    'vm',
    'Amazon EC2',
  ],
  [
    'Hyper-V',
    { ...IN_VM, dmi: 'Microsoft Corporation\nVirtual Machine\nMicrosoft Corporation' },
    'vm',
    'Hyper-V',
  ],
  [
    "Microsoft's own computer",
    { ...ON_METAL, dmi: 'Microsoft Corporation\nSurface Pro 7\nMicrosoft Corporation' },
    'machine',
    null,
  ],
  ['VirtualBox', { ...IN_VM, dmi: 'innotek GmbH\nVirtualBox\ninnotek GmbH' }, 'vm', 'VirtualBox'],
  ['VMware', { ...IN_VM, dmi: 'VMware, Inc.\nVMware7,1\nVMware, Inc.' }, 'vm', 'VMware'],
  ['WSL', { ...IN_VM, version: 'Linux version 5.15.90.1-microsoft-standard-WSL2 (oe@x) (gcc)' }, 'vm', 'WSL'],
  [
    'a kernel that was only built by Microsoft',
    { ...ON_METAL, version: 'Linux version 6.6.1.azl3 (root@microsoft.example)' },
    'machine',
    null,
  ],
  ['Firecracker by its ACPI tables', { ...IN_VM, acpiMaker: 'FIRECK' }, 'vm', 'Firecracker'],
  ['Xen', { ...IN_VM, hypervisorType: 'xen' }, 'vm', 'Xen'],
  [
    'the system that runs Xen',
    { ...IN_VM, hypervisorType: 'xen', xenCapabilities: 'control_d\n' },
    'machine',
    null,
  ],
  ['an unknown hypervisor', IN_VM, 'vm', null],
  ['a board of a virtual machine', { boardModel: 'linux,dummy-virt' }, 'vm', 'KVM'],
  ['a Raspberry Pi', { boardModel: 'Raspberry Pi 4 Model B Rev 1.4' }, 'machine', null],
  [
    'a server',
    {
      ...ON_METAL,
      dmi: 'Dell Inc.\nPowerEdge R640\nDell Inc.',
      mountinfo: PLAIN_ROOT,
      cgroup: '0::/init.scope\n',
    },
    'machine',
    null,
  ],
  ['a live system on an overlay', { ...ON_METAL, mountinfo: OVERLAY_ROOT }, 'machine', null],
  [
    'the disk of a virtual machine made from an image',
    { ...IN_VM, hasDockerEnv: true, mountinfo: PLAIN_ROOT, acpiMaker: 'FIRECK' },
    'vm',
    'Firecracker',
  ],
  [
    "a host that sees its containers' mounts",
    {
      ...ON_METAL,
      mountinfo: `${PLAIN_ROOT}7 6 0:50 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/X\n`,
    },
    'machine',
    null,
  ],
  ['nothing that can be read', {}, null, null],
];

describe('the kind of a host', () => {
  it.each(CONTAINERS)('%s is recognised, also in a virtual machine', (_title, evidence, kind, name) => {
    expect(hostKindOf({ ...NOTHING, ...evidence })).toEqual({ kind, name });
    expect(hostKindOf({ ...NOTHING, ...IN_VM, dmi: 'QEMU', ...evidence })).toEqual({ kind, name });
  });

  it.each(MACHINES)('%s is recognised', (_title, evidence, kind, name) => {
    expect(hostKindOf({ ...NOTHING, ...evidence })).toEqual({ kind, name });
  });

  it('is known for this one', () => {
    expect(['machine', 'vm', 'lxc', 'container', null]).toContain(readHostKind(THIS_HOST).kind);
  });
});

describe("another host's files", () => {
  it('describe its first process, not the container of the agent', () => {
    const folder = mkdtempSync(join(tmpdir(), 'host-'));
    const put = (path: string, text: string) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    try {
      const roots = { proc: join(folder, 'proc'), sys: join(folder, 'sys') };
      expect(readHostKind(roots)).toEqual({ kind: null, name: null });
      put('proc/self/cgroup', `0::/docker/${ID}\n`);
      put('proc/1/cgroup', '0::/init.scope\n');
      put('proc/1/environ', 'HOME=/\0TERM=linux\0');
      put('proc/cpuinfo', IN_VM.cpuinfo);
      put('sys/class/dmi/id/sys_vendor', 'QEMU\n');
      expect(readHostKind(roots)).toEqual({ kind: 'vm', name: 'KVM' });
      put('proc/1/environ', 'HOME=/\0container=lxc\0TERM=linux\0');
      expect(readHostKind(roots)).toEqual({ kind: 'lxc', name: 'LXC' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
