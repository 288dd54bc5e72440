import { expect, it } from 'vitest';
import type { Subscribed } from '../../../../shared/protocol/messages.ts';
import { TimeWindow } from '../../../../shared/time-window.ts';
import { killsIn } from './kills.ts';
import { SeriesBuffer } from './shown-samples.ts';

function bufferOf(names: readonly string[], rows: readonly (readonly (number | null)[])[]): SeriesBuffer {
  const announcement = { series: names.map((name) => ({ name })) } as unknown as Subscribed;
  const buffer = new SeriesBuffer(announcement, new TimeWindow(20, names.length), []);
  for (const [row, values] of rows.entries())
    buffer.add({ seq: row + 1, timestampMs: row * 1000, values: [...values] });
  return buffer;
}

it('finds each time at which processes were killed, and how many, whatever is not known in between', () => {
  const rows = [[7], [7], [9], [null], [9], [10]];
  expect(killsIn(bufferOf(['memory.oomKills'], rows))).toEqual([
    { timestampMs: 2000, killed: 2 },
    { timestampMs: 5000, killed: 1 },
  ]);
});

it('counts a kill at a limit once, and none after a count began anew', () => {
  const rows = [
    [7, 1],
    [8, 2],
    [0, 0],
  ];
  expect(killsIn(bufferOf(['memory.oomKills', 'limit.oomKills'], rows))).toEqual([
    { timestampMs: 1000, killed: 1 },
  ]);
});

it('knows of none without a count', () => {
  expect(killsIn(bufferOf(['cpu'], [[1], [2]]))).toEqual([]);
});
