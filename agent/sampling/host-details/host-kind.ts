import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { THIS_HOST } from '../kernel/roots.ts';
import type { KernelRoots } from '../kernel/roots.ts';
import { hostKindOf } from './host-evidence.ts';
import type { HostEvidence, HostKind } from './host-evidence.ts';

export type { HostKind } from './host-evidence.ts';

/**
 * Kind of the host behind `roots`, from files alone. Starts no process, takes about a millisecond, never throws.
 *
 * For another host's `/proc`, examines that host's first process instead of the agent's own container.
 */
export function readHostKind(roots: KernelRoots): HostKind {
  return hostKindOf(readEvidence(roots));
}

function readEvidence({ proc, sys }: KernelRoots): HostEvidence {
  const isOther = proc !== THIS_HOST.proc;
  // Process 1 may belong to the host if the container shares its PID namespace.
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

/** Trimmed text of a file, at most `maxBytes` of it; `null` if unreadable. */
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

/** Device tree strings end with a NUL. */
const trimmed = (text: string): string => text.trim().replace(/\0+$/, '');
