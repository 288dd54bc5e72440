import os from 'node:os';
import { cpu, osInfo } from 'systeminformation';
import type { HostFacts } from '../../shared/messages.ts';
import { systemClock } from '../clock.ts';
import { withDeadline } from './deadline.ts';

const DEADLINE_MS = 2000;

/**
 * What is known of this host and does not change, from systeminformation (`osInfo`, `cpu`) with `node:os` where that
 * fails or is slow. Never rejects. It starts some twenty processes on Linux: call it once.
 */
export async function readHostFacts(): Promise<HostFacts> {
  const [system, processor] = await Promise.all([orNothing(osInfo()), orNothing(cpu())]);
  const cpuModel = words(processor.manufacturer, processor.brand) ?? words(os.cpus()[0]?.model);
  return {
    operatingSystem: words(system.distro, system.release) ?? words(os.type(), os.release()),
    kernel: words(system.kernel) ?? os.release(),
    architecture: os.arch(),
    cpuModel,
    cores: os.cpus().length || undefined,
    memoryTotalBytes: os.totalmem(),
    bootedAtMs: Math.round(Date.now() - os.uptime() * 1000),
  };
}

async function orNothing<T extends object>(promise: Promise<T>): Promise<Partial<T>> {
  try {
    return await withDeadline(promise, DEADLINE_MS, systemClock);
  } catch {
    return {};
  }
}

/** systeminformation says `unknown` or nothing where it does not know. */
function words(...parts: (string | undefined)[]): string | undefined {
  const known = parts.filter((part) => part !== undefined && part !== '' && part !== 'unknown');
  return known.length > 0 ? known.join(' ') : undefined;
}
