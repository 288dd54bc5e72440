/** Where each version keeps it (cgroup-v2.rst; cgroup-v1/memory.rst). Those of `memory.stat` are of the whole group below. */
export const MEMORY_FILES = {
  1: {
    max: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    inactiveFile: 'total_inactive_file',
    events: 'memory.oom_control',
  },
  2: { max: 'memory.max', used: 'memory.current', inactiveFile: 'inactive_file', events: 'memory.events' },
} as const;
