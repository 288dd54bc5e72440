import type { Mark } from '../../state/marks.ts';

/** Half of a mark's shape, with the space around it, CSS pixels. */
export const SHAPE_REACH = 9;
const WORDS_GAP = 3;
/** Between two words. */
const SPACE = 8;
const RANKS: Readonly<Record<Mark['level'], number>> = { trouble: 0, warning: 1, note: 2, event: 3 };

/** Marks that share one place; the first is the most important. */
export interface MarkGroup {
  readonly marks: readonly [Mark, ...Mark[]];
  /** CSS pixels from the left end of the lane. */
  readonly x: number;
}

export interface Word {
  readonly x: number;
  readonly width: number;
}

export type Side = 'after' | 'before';

/**
 * Marks by their place; those that are closer than `leastPx` to the one before share its place.
 * @param marks in the order of time
 * @param width of the lane
 */
export function groupMarks(
  marks: readonly Mark[],
  xOf: (timestampMs: number) => number,
  leastPx: number,
  width: number,
): MarkGroup[] {
  const groups: { marks: [Mark, ...Mark[]]; x: number }[] = [];
  for (const mark of marks) {
    const at = xOf(mark.timestampMs);
    if (at < 0 || at > width) continue;
    const x = Math.min(width - SHAPE_REACH, Math.max(SHAPE_REACH, at));
    const last = groups.at(-1);
    if (last !== undefined && x - last.x < leastPx) last.marks.push(mark);
    else groups.push({ marks: [mark], x });
  }
  for (const { marks: all } of groups) all.sort((one, other) => RANKS[one.level] - RANKS[other.level]);
  return groups;
}

/**
 * Which words have room, and on which side of their marks: the more important first, then the times. Nothing overlaps.
 * @param words those of the groups, in their order
 * @param times around their middle
 */
export function placeWords(
  groups: readonly MarkGroup[],
  words: readonly number[],
  times: readonly Word[],
  width: number,
): { readonly sides: readonly (Side | null)[]; readonly times: readonly boolean[] } {
  const taken = groups.map(({ x }) => [x - SHAPE_REACH, x + SHAPE_REACH] as [number, number]);
  const take = (from: number, to: number): boolean => {
    if (from < 0 || to > width || taken.some(([begin, end]) => from < end && to > begin)) return false;
    taken.push([from, to]);
    return true;
  };
  const sides: (Side | null)[] = groups.map(() => null);
  const byRank = [...groups.keys()].toSorted((one, other) => rankOf(groups[one]) - rankOf(groups[other]));
  for (const index of byRank) {
    const { x = 0 } = groups[index] ?? {};
    const length = WORDS_GAP + (words[index] ?? 0);
    // Beyond the shape begins what is its own.
    if (take(x + SHAPE_REACH, x + SHAPE_REACH + length + SPACE)) sides[index] = 'after';
    else if (take(x - SHAPE_REACH - length - SPACE, x - SHAPE_REACH)) sides[index] = 'before';
  }
  return {
    sides,
    times: times.map((time) => take(time.x - time.width / 2 - SPACE, time.x + time.width / 2 + SPACE)),
  };
}

function rankOf(group: MarkGroup | undefined): number {
  return group === undefined ? 0 : RANKS[group.marks[0].level];
}
