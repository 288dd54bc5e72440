/** In which control group a process is, in each tree. Paths are bytes (byte-names.ts). */
export interface CgroupMembership {
  /** Of version 2; `null` where that is not there. */
  readonly unified: string | null;
  /** Of version 1, by controller. */
  readonly byController: ReadonlyMap<string, string>;
}

/** `/proc/<pid>/cgroup` (cgroups(7)): lines of `number:controllers:path`, for version 2 `0::path`; read as `latin1`. */
export function parseCgroupMembership(text: string): CgroupMembership {
  let unified: string | null = null;
  const byController = new Map<string, string>();
  for (const line of text.split('\n')) {
    const first = line.indexOf(':');
    const second = line.indexOf(':', first + 1);
    if (first < 0 || second < 0) continue;
    const controllers = line.slice(first + 1, second);
    const path = line.slice(second + 1);
    if (controllers === '') unified = path;
    else for (const controller of controllers.split(',')) byController.set(controller, path);
  }
  return { unified, byController };
}
