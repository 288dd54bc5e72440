import { cleanRows } from '../../hosts/clean.ts';
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
  const tables = tb === undefined ? [] : tb.flatMap((table) => cleanRows(table, identity.tables) ?? []);
  return {
    epoch,
    seq: q,
    timestampMs: t,
    gridIndex: g,
    values: v,
    ...(tables.length === 0 ? {} : { tables }),
  };
}
