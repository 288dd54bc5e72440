import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { THIS_HOST } from '../kernel/roots.ts';
import type { KernelRoots } from '../kernel/roots.ts';
import { hostKindOf } from './host-evidence.ts';
import type { HostEvidence, HostKind } from './host-evidence.ts';

export type { HostKind } from './host-evidence.ts';

/**
 * What the host behind `roots` is, from its files alone: no program is started. Takes about a millisecond, never throws.
 *
 * Below `/proc` of another host it is that host's first process that is looked at, not the container of the agent.
 */
export function readHostKind(roots: KernelRoots): HostKind {
  return hostKindOf(readEvidence(roots));
}

function readEvidence({ proc, sys }: KernelRoots): HostEvidence {
  const isOther = proc !== THIS_HOST.proc;
  // Process 1 of this host can be another's when the container shares its processes.
  const process = isOther ? `${proc}/1` : `${proc}/self`;
  const root = isOther ? `${proc}/1/root` : '';
  const dmi = ['sys_vendor', 'product_name', 'bios_vendor']
    .map((file) => textOf(`${sys}/class/dmi/id/${file}`))
    .filter((text) => text !== null);
  return {
    containerWord: wordInEnvironment(textOf(`${proc}/1/environ`)) ?? textOf(`${root}/run/systemd/container`),
    hasDockerEnv: existsSync(`${root}/.dockerenv`),
    hasContainerEnv: existsSync(`${root}/run/.containerenv`),
    cgroup: textOf(`${process}/cgroup`),
    mountinfo: textOf(`${process}/mountinfo`),
    isOpenVz: existsSync(`${proc}/vz`) && !existsSync(`${proc}/bc`),
    version: textOf(`${proc}/version`),
    hypervisorType: textOf(`${sys}/hypervisor/type`),
    xenCapabilities: textOf(`${proc}/xen/capabilities`),
    dmi: dmi.length > 0 ? dmi.join('\n') : null,
    acpiMaker: textOf(`${sys}/firmware/acpi/tables/FACP`, 16)?.slice(10).trim() ?? null,
    cpuinfo: textOf(`${proc}/cpuinfo`, 8192),
    boardModel: textOf(`${proc}/device-tree/model`),
  };
}

function wordInEnvironment(environment: string | null): string | null {
  const variable = environment?.split('\0').find((entry) => entry.startsWith('container='));
  return variable?.slice('container='.length) ?? null;
}

/** At most so many bytes of a file, without what surrounds them; `null` for one that cannot be read. */
function textOf(path: string, maxBytes?: number): string | null {
  try {
    if (maxBytes === undefined) return trimmed(readFileSync(path, 'latin1'));
    const descriptor = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(maxBytes);
      return trimmed(buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, maxBytes, 0)));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

/** The device tree's texts end with a zero byte. */
const trimmed = (text: string): string => text.trim().replace(/\0+$/, '');
