import { expect, it } from 'vitest';
import { Packing } from './chunk-parts.ts';
import { packPart } from './chunk.ts';
import { FIRST_SERIES } from './schema.ts';
import { SecondsChunk } from './seconds-chunk.ts';

const SERIES = 1000;
const ROWS = 64;
const PART = 1;

function filledChunk(): SecondsChunk {
  const chunk = new SecondsChunk(1, 1000, SERIES);
  const columns = Array.from({ length: SERIES }, (_none, index) =>
    chunk.columnOf(FIRST_SERIES + index, PART),
  );
  for (let row = 0; row < ROWS; row += 1) {
    const values = Float64Array.from(columns, (_none, index) => index * row);
    chunk.push({ firstSeq: row + 1, seq: row + 1, timeMs: row * 1000, gridIndex: row * 10 }, columns, values);
  }
  return chunk;
}

it('a chunk is packed in about ten steps, even if all its series are of one group', () => {
  const packing = new Packing(filledChunk());
  let steps = 0;
  for (; !packing.isDone; steps += 1) packing.step();
  expect(steps).toBeGreaterThanOrEqual(8);
  expect(steps).toBeLessThanOrEqual(11);
});

it('packing in steps makes the same bytes as packing at once', () => {
  const chunk = filledChunk();
  const packing = new Packing(chunk);
  packing.step();
  const ids = [...chunk.series.keys()];
  const columns = ids.map((id) => chunk.stats(id)?.mean ?? new Float64Array(ROWS));
  expect(packing.finish().parts.find(({ part }) => part === PART)?.data).toEqual(packPart(ids, columns));
});
