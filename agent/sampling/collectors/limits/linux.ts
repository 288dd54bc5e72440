import type { MetricDescriptor } from '../../../../shared/protocol/catalogue.ts';
import type { Collector, Values } from '../../collector.ts';
import type { KernelRoots } from '../../kernel/roots.ts';
import type { RawValue } from '../../raw-values.ts';
import {
  parseCgroupMembership,
  parseCgroupMounts,
  type CgroupMounts,
  cgroupWay,
  type CgroupWay,
} from '../../kernel/cgroup/location.ts';
import { CpuLimit, cpuLimitFolder, usageFolderFor } from './cpu-limit.ts';
import type { Limit } from './limit.ts';
import { MemoryLimit, memoryLimitFolder } from './memory-limit.ts';
import { PidsLimit, pidsLimitFolder } from './pids-limit.ts';
import { readOnce } from '../../kernel/text.ts';

/** Limits rarely change, and finding them costs more than reading them. */
const LOOK_EVERY_MS = 10_000;

/**
 * Limits on the agent's own process and their use: the tightest of each kind between its cgroup and the root, of either version. Metrics exist
 * only while their limit does.
 *
 * These are the limits of the agent's process whatever `roots` is: for another host's files they say nothing about that host.
 */
export function limitsCollector(roots: KernelRoots): Collector {
  return new LimitsCollector(roots);
}

const KINDS = ['memory', 'cpu', 'pids'] as const;
type Kind = (typeof KINDS)[number];

class LimitsCollector implements Collector {
  readonly subject = 'limits';
  readonly #roots: KernelRoots;
  readonly #mounts: CgroupMounts;
  readonly #limits = new Map<Kind, Limit>();
  #metrics: readonly MetricDescriptor[] = [];
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(roots: KernelRoots) {
    this.#roots = roots;
    this.#mounts = parseCgroupMounts(readOnce(`${roots.proc}/self/mountinfo`, 'latin1') ?? '');
    this.#look();
  }

  get metrics(): readonly MetricDescriptor[] {
    return this.#metrics;
  }

  prime(atMs: number): void {
    this.read(atMs);
  }

  read(atMs: number): Values {
    if (atMs - this.#lookedAtMs >= LOOK_EVERY_MS) {
      this.#lookedAtMs = atMs;
      this.#look();
    }
    const values: (number | null)[] = [];
    for (const limit of this.#limits.values()) values.push(...limit.read(atMs));
    return values;
  }

  *rawValues(): Generator<RawValue, void> {
    for (const limit of this.#limits.values()) yield* limit.rawValues?.() ?? [];
  }

  close(): void {
    for (const limit of this.#limits.values()) limit.close();
    this.#limits.clear();
  }

  /** Finds the current limits. */
  #look(): void {
    const membership = parseCgroupMembership(readOnce(`${this.#roots.proc}/self/cgroup`, 'latin1') ?? '');
    const wayOf = (controller: string) => cgroupWay(controller, this.#mounts, membership);
    const before = new Map(this.#limits);
    this.#limits.clear();
    for (const kind of KINDS) {
      const way = wayOf(kind);
      const folder = way === null ? null : FOLDER_OF[kind](way);
      if (way === null || folder === null) continue;
      const known = before.get(kind);
      const limit = known?.folder === folder ? known : openLimit(kind, way, folder, wayOf('cpuacct'));
      this.#limits.set(kind, limit);
    }
    if (KINDS.every((kind) => before.get(kind) === this.#limits.get(kind))) return;
    this.#metrics = [...this.#limits.values()].flatMap(({ metrics }) => metrics);
    for (const [kind, limit] of before) if (this.#limits.get(kind) !== limit) limit.close();
  }
}

const FOLDER_OF: Readonly<Record<Kind, (way: CgroupWay) => string | null>> = {
  memory: memoryLimitFolder,
  cpu: cpuLimitFolder,
  pids: pidsLimitFolder,
};

function openLimit(kind: Kind, way: CgroupWay, folder: string, usageWay: CgroupWay | null): Limit {
  if (kind === 'memory') return new MemoryLimit(way.version, folder);
  if (kind === 'pids') return new PidsLimit(folder);
  return new CpuLimit(way.version, folder, way.version === 1 ? usageFolderFor(folder, way, usageWay) : null);
}
