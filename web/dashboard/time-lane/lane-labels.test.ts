import { describe, expect, it } from 'vitest';
import type { Mark } from '../../state/marks.ts';
import { groupMarks, placeWords } from './lane-labels.ts';

const WIDTH = 400;

function mark(timestampMs: number, level: Mark['level'] = 'event'): Mark {
  return { timestampMs, level, label: `at ${timestampMs}`, metric: null };
}

function groupsAt(...marks: Mark[]): ReturnType<typeof groupMarks> {
  return groupMarks(marks, (timestampMs) => timestampMs, 20, WIDTH);
}

describe('marks of the lane', () => {
  it('share a place with those that are too near, the most important first', () => {
    const groups = groupsAt(mark(100), mark(110, 'trouble'), mark(115, 'note'), mark(150));
    expect(groups.map(({ marks, x }) => [x, marks.map(({ level }) => level)])).toEqual([
      [100, ['trouble', 'note', 'event']],
      [150, ['event']],
    ]);
  });

  it('are left out beyond its ends, and moved in at them', () => {
    expect(groupsAt(mark(-1), mark(0), mark(WIDTH), mark(WIDTH + 1)).map(({ x }) => x)).toEqual([9, 391]);
  });
});

describe('words of the lane', () => {
  it('stand after their mark, before it where that has no room, or nowhere', () => {
    const groups = groupsAt(mark(20), mark(150), mark(390));
    expect(placeWords(groups, [60, 300, 80], [], WIDTH).sides).toEqual(['after', null, 'before']);
  });

  it('of the more important mark come first', () => {
    const sidesOf = (level: Mark['level']): unknown =>
      placeWords(groupsAt(mark(100, level), mark(300, 'warning')), [40, 150], [], WIDTH).sides;
    expect(sidesOf('event')).toEqual(['before', 'before']);
    expect(sidesOf('trouble')).toEqual(['after', null]);
  });

  it('displace times', () => {
    const times = [40, 140, 300].map((x) => ({ x, width: 30 }));
    expect(placeWords(groupsAt(mark(100)), [60], times, WIDTH).times).toEqual([true, false, true]);
  });
});
