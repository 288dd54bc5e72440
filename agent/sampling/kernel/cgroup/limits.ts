import { numberIn } from '../text.ts';

/** File names by version (cgroup-v2.rst; cgroup-v1/memory.rst). The fields of `memory.stat` include descendants. */
export const MEMORY_FILES = {
  1: {
    max: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    inactiveFile: 'total_inactive_file',
    events: 'memory.oom_control',
  },
  2: { max: 'memory.max', used: 'memory.current', inactiveFile: 'inactive_file', events: 'memory.events' },
} as const;

/** Version 1 writes no limit as the largest number of whole pages. */
const NO_LIMIT = 2 ** 62;

/** A limit from a file such as `memory.max`, `memory.limit_in_bytes`, `pids.max`; `null` for no limit. */
export function limitIn(text: string | null): number | null {
  const limit = numberIn(text);
  return limit !== null && limit >= 0 && limit < NO_LIMIT ? limit : null;
}

/** Processors allowed by `cpu.max` (`quota period`, or `max period`); `null` for no limit. */
export function coresInCpuMax(text: string | null): number | null {
  const [quota = '', period = ''] = text?.trim().split(' ') ?? [];
  return coresOf(numberIn(quota), numberIn(period));
}

/** Processors allowed by a CPU quota per period; `null` for no limit, which version 1 writes as −1. */
export function coresOf(quotaUs: number | null, periodUs: number | null): number | null {
  return quotaUs !== null && periodUs !== null && quotaUs > 0 && periodUs > 0 ? quotaUs / periodUs : null;
}

/** Memory the kernel cannot simply drop: usage minus inactive file cache, as `docker stats` shows it. `null` if either is unknown. */
export function workingSet(used: number | null, inactiveFile: number | null): number | null {
  if (used === null || inactiveFile === null) return null;
  // The two are read one after the other.
  return inactiveFile < used ? used - inactiveFile : used;
}
