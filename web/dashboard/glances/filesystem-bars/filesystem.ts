import type { PlacedSeries } from '../../../elements/metrics-panel/outline.ts';

const NAME = /^filesystem\.([^.]+)\.([^.]+)$/;

/** What is known of one filesystem. */
export interface Filesystem {
  readonly mountPoint: string;
  /** By the last part of the metric's name: `used`, `usedBytes`, `availableBytes`, `totalBytes`, `inodes`. */
  readonly figures: ReadonlyMap<string, PlacedSeries>;
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
