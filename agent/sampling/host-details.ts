import { readFileSync } from 'node:fs';
import os from 'node:os';
import type { HostDetails } from '../../shared/protocol/messages.ts';
import { readLinuxHardware } from './host-details/linux-hardware.ts';
import { readSlowDetails } from './host-details/slow-details.ts';
import { cpuModelOf, prettyNameOf } from './host-details/kernel-texts.ts';
import { readHostKind } from './host-details/host-kind.ts';
import { readHostSize } from './changing-details.ts';
import { cleanLabel } from './instances.ts';
import { THIS_HOST, type KernelRoots } from './kernel/roots.ts';

/**
 * Graphics cards and disks of the host behind `roots`. They never change, and take some time to find out: from the kernel on Linux, elsewhere
 * by slow-details.ts. Never rejects.
 */
export function readHardwareDetails(roots: KernelRoots): Promise<Partial<HostDetails>> {
  return process.platform === 'linux' ? readLinuxHardware(roots) : readSlowDetails();
}

/**
 * Details of the host behind `roots` that never change and are known at once, from `node:os`, `cpuinfo`, `stat` and `meminfo` in `/proc`,
 * `os-release` and host-kind.ts. Starts no process, takes a few milliseconds, never throws.
 */
export function readQuickDetails(roots: KernelRoots): HostDetails {
  const { kind, name } = readHostKind(roots);
  return {
    operatingSystem: readOperatingSystem(roots) ?? `${os.type()} ${os.release()}`,
    kernel: os.release(),
    architecture: os.arch(),
    cpuModel: known(cpuModelOf(textOf(`${roots.proc}/cpuinfo`)) ?? os.cpus()[0]?.model),
    ...readHostSize(roots),
    kind: kind ?? undefined,
    platform: known(name),
  };
}

/** Name of the host behind `roots`. In a container, `node:os` knows the container's name only; the host's own is in its `/etc`. */
export function readHostName({ proc }: KernelRoots): string {
  const own = proc === THIS_HOST.proc ? '' : textOf(`${proc}/1/root/etc/hostname`).trim();
  return own || os.hostname();
}

/** os-release(5): `/etc` takes precedence. For another `/proc` it is read from the root of that host's first process. */
function readOperatingSystem({ proc }: KernelRoots): string | undefined {
  const root = proc === THIS_HOST.proc ? '' : `${proc}/1/root`;
  const name =
    prettyNameOf(textOf(`${root}/etc/os-release`)) ?? prettyNameOf(textOf(`${root}/usr/lib/os-release`));
  return known(name);
}

function known(text: string | null | undefined): string | undefined {
  const clean = cleanLabel(text ?? '');
  return clean === '' || clean === 'unknown' ? undefined : clean;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
