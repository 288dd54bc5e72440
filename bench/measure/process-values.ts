/** What the kernel knows of another process (Linux only). */
import { readdirSync, readFileSync } from 'node:fs';

/** Processor time that all threads of a process have had, ms (Documentation/scheduler/sched-stats.rst, in ns). */
export function cpuMs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, task) => sum + onCpuMs(`${tasks}/${task}/schedstat`), 0);
}

/** Memory of a process that is resident, bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** Memory that the kernel holds for all TCP sockets of this machine, bytes (proc_net(5), in pages). */
export function socketMemoryBytes(): number {
  const text = readFileSync('/proc/net/sockstat', 'utf8');
  return Number(/^TCP:.* mem (\d+)/m.exec(text)?.[1]) * 4096;
}

function onCpuMs(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8').split(' ', 1)[0]) / 1e6;
  } catch {
    // The thread has ended since it was listed.
    return 0;
  }
}
