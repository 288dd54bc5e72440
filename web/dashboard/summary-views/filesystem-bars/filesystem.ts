import type { PlacedSeries } from '../../../elements/metrics-panel/panel-layout.ts';

const NAME = /^filesystem\.([^.]+)\.([^.]+)$/;

/** What is known of one filesystem. */
export interface Filesystem {
  readonly mountPoint: string;
  /** By the last part of the metric's name: `used`, `usedBytes`, `availableBytes`, `totalBytes`, `inodes`. */
  readonly figures: ReadonlyMap<string, PlacedSeries>;
}

/** Bytes; `null` for what is not known. */
export interface Space {
  readonly used: number | null;
  readonly available: number | null;
  readonly total: number | null;
}

/** Used and available together: what users can have, and what the share is of. */
export function usableOf({ used, available }: Space): number | null {
  return used === null || available === null ? null : used + available;
}

/** What is neither used nor available, as where a part is kept for the administrator. Figures of one moment, so it is never negative. */
export function reserveOf(space: Space): number | null {
  const usable = usableOf(space);
  return usable === null || space.total === null ? null : Math.max(0, space.total - usable);
}

/** One per mount point, in the order of the agent. */
export function filesystemsOf(members: readonly PlacedSeries[]): Filesystem[] {
  const found = new Map<string, { mountPoint: string; figures: Map<string, PlacedSeries> }>();
  for (const member of members) {
    const { name, instance } = member.series;
    const [, part, figure] = NAME.exec(name) ?? [];
    if (part === undefined || figure === undefined) continue;
    const filesystem = found.get(part) ?? { mountPoint: instance ?? part, figures: new Map() };
    filesystem.figures.set(figure, member);
    found.set(part, filesystem);
  }
  return [...found.values()];
}
