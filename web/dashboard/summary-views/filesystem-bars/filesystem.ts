import type { PlacedSeries } from '../../../elements/metrics-panel/panel-layout.ts';

const NAME = /^filesystem\.([^.]+)\.([^.]+)$/;

export interface Filesystem {
  readonly mountPoint: string;
  /** By the last part of the metric's name: `used`, `usedBytes`, `availableBytes`, `totalBytes`, `inodes`. */
  readonly metrics: ReadonlyMap<string, PlacedSeries>;
}

/** Bytes; `null` for unknown. */
export interface Space {
  readonly used: number | null;
  readonly available: number | null;
  readonly total: number | null;
}

/** Used plus available: what users can have. The share in percent is of this. */
export function usableOf({ used, available }: Space): number | null {
  return used === null || available === null ? null : used + available;
}

/** Neither used nor available, such as space reserved for root. Never negative: all three are of one sample. */
export function reserveOf(space: Space): number | null {
  const usable = usableOf(space);
  return usable === null || space.total === null ? null : Math.max(0, space.total - usable);
}

/** One per mount point, in the agent's order. */
export function filesystemsOf(members: readonly PlacedSeries[]): Filesystem[] {
  const found = new Map<string, { mountPoint: string; metrics: Map<string, PlacedSeries> }>();
  for (const member of members) {
    const { name, instance } = member.series;
    const [, part, metric] = NAME.exec(name) ?? [];
    if (part === undefined || metric === undefined) continue;
    const filesystem = found.get(part) ?? { mountPoint: instance ?? part, metrics: new Map() };
    filesystem.metrics.set(metric, member);
    found.set(part, filesystem);
  }
  return [...found.values()];
}
