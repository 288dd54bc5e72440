import { cleanLabel } from '../../sampling/instances.ts';
import type { SampledTable } from '../../sampling/sample.ts';
import type { SequencedSample } from '../../store/sample-store.ts';
import type { BatchBody } from '../bodies.ts';
import type { Description } from './catalogues.ts';

export type Entry = BatchBody['b'][number];

/** A sample as another agent tells it; `undefined` if its values are not those of its catalogue. */
export function toSample(
  { q, t, g, v, tb }: Entry,
  epoch: string,
  { identity }: Description,
): SequencedSample | undefined {
  if (v.length !== identity.catalogue.length) return undefined;
  const tables = tb === undefined ? [] : tb.flatMap((table) => cleanTable(table, identity.tables) ?? []);
  return {
    epoch,
    seq: q,
    timestampMs: t,
    gridIndex: g,
    values: v,
    ...(tables.length === 0 ? {} : { tables }),
  };
}

/** `undefined` for one that the host has not described. */
function cleanTable(
  { name, rows }: NonNullable<Entry['tb']>[number],
  described: Description['identity']['tables'],
): SampledTable | undefined {
  const width = described.find((table) => table.name === name)?.columns.length;
  if (rows.some((row) => row.length !== width)) return undefined;
  const clean = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? cleanLabel(cell) : cell)));
  return width === undefined ? undefined : { name, rows: clean };
}
