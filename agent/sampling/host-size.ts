import os from 'node:os';
import type { HostDetails } from '../../shared/protocol/messages.ts';
import { parseMeminfo } from './collectors/memory/proc-meminfo.ts';
import { readOnce } from './kernel/read-once.ts';
import type { KernelRoots } from './kernel/roots.ts';

/**
 * How many processors are online and how much memory there is, of the host behind `roots`, which need not be the agent's own: from `/proc/stat`
 * (proc_stat(5)) and `/proc/meminfo` (proc_meminfo(5)), elsewhere `node:os`.
 */
export function readHostSize({ proc }: KernelRoots): Pick<HostDetails, 'cores' | 'memoryTotalBytes'> {
  return {
    cores: (readOnce(`${proc}/stat`)?.match(/^cpu\d/gm) ?? os.cpus()).length || undefined,
    memoryTotalBytes: parseMeminfo(readOnce(`${proc}/meminfo`) ?? '').total ?? os.totalmem(),
  };
}
