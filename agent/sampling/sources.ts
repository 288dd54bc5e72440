import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Collector } from './collector.ts';
import { ContainerNames } from './collectors/containers/container-names.ts';
import { containersCollector } from './collectors/containers/linux.ts';
import { CONTAINER_SOCKETS } from './collectors/containers/socket-names.ts';
import { cpuCollector as linuxCpu } from './collectors/cpu/linux.ts';
import { coresCollector, cpuCollector } from './collectors/cpu/systeminformation.ts';
import { disksCollector as linuxDisks } from './collectors/disks/linux.ts';
import { disksCollector } from './collectors/disks/systeminformation.ts';
import { filesystemsCollector as linuxFilesystems } from './collectors/filesystems/linux.ts';
import { filesystemsCollector } from './collectors/filesystems/systeminformation.ts';
import { limitsCollector } from './collectors/limits/linux.ts';
import { memoryCollector as linuxMemory } from './collectors/memory/linux.ts';
import { memoryCollector } from './collectors/memory/systeminformation.ts';
import { networkCollector as linuxNetwork } from './collectors/network/linux.ts';
import { networkCollector } from './collectors/network/systeminformation.ts';
import { pressureCollector } from './collectors/pressure/linux.ts';
import { processesCollector } from './collectors/processes/linux.ts';
import { sensorsCollector } from './collectors/sensors/linux.ts';
import { batteriesCollector, temperaturesCollector } from './collectors/sensors/systeminformation.ts';
import { socketsCollector } from './collectors/sockets/linux.ts';
import { systemCollector as linuxSystem } from './collectors/system/linux.ts';
import { systemCollector } from './collectors/system/systeminformation.ts';
import { SharedFiles } from './kernel/kernel-file.ts';

/** Settings that determine the collectors. */
export type SourceSettings = Pick<Config, 'source' | 'roots' | 'processArguments'>;

/** Whether to read the kernel's own files rather than use systeminformation. */
export function readsKernel(source: Config['source'], platform: NodeJS.Platform = process.platform): boolean {
  return source === 'linux' || (source === 'auto' && platform === 'linux');
}

/** Every collector of this host, in catalogue order. systeminformation is imported on first use. */
export function createCollectors(settings: SourceSettings, log: Pick<Logger, 'warn'>): Collector[] {
  return readsKernel(settings.source) ? fromKernel(settings, log) : fromSysteminformation();
}

function fromKernel({ roots, processArguments }: SourceSettings, log: Pick<Logger, 'warn'>): Collector[] {
  const shared = new SharedFiles(roots);
  const names = new ContainerNames(CONTAINER_SOCKETS);
  const onTrouble = (message: string): void => log.warn(message);
  return [
    linuxCpu(roots, shared),
    linuxMemory(roots),
    linuxNetwork(roots),
    linuxDisks(roots),
    linuxFilesystems(roots, { onTrouble }),
    pressureCollector(roots),
    linuxSystem(roots, shared),
    socketsCollector(roots),
    sensorsCollector(roots, { onTrouble }),
    limitsCollector(roots),
    containersCollector(roots, CONTAINER_SOCKETS, names),
    processesCollector(
      roots,
      { withArguments: processArguments, containerNameOf: (id) => names.nameOf(id) },
      shared,
    ),
  ];
}

function fromSysteminformation(): Collector[] {
  return [
    cpuCollector(),
    coresCollector(),
    memoryCollector(),
    networkCollector(),
    disksCollector(),
    filesystemsCollector(),
    systemCollector(),
    temperaturesCollector(),
    batteriesCollector(),
  ];
}
