import { TIERS, type Tier } from '../sample-history.ts';
import { ROW_MS, TIME_PART } from './schema.ts';

/** How far apart the rows of a tier are, ms. */
const DISTANCE_SQL: Readonly<Record<Tier, (run: string) => string>> = {
  seconds: (run) => `max(${ROW_MS.seconds}, coalesce((SELECT interval_ms FROM run WHERE id = ${run}), 0))`,
  minutes: () => String(ROW_MS.minutes),
  quarters: () => String(ROW_MS.quarters),
};

/**
 * What each tier holds: its bytes, and how much time was recorded, which is less than what lies between its first and last row. Kept up to date by
 * the database, since counting would read most of the file.
 */
export const HELD_SCHEMA = `
CREATE TABLE held(tier TEXT PRIMARY KEY, bytes INTEGER NOT NULL, recorded_ms INTEGER NOT NULL) WITHOUT ROWID;
${TIERS.map(triggers).join('')}`;

function triggers(tier: Tier): string {
  return `INSERT INTO held VALUES('${tier}', 0, 0);
CREATE TRIGGER ${tier}_added AFTER INSERT ON ${tier} BEGIN ${count(tier, '+', 'new')} END;
CREATE TRIGGER ${tier}_changed AFTER UPDATE ON ${tier} BEGIN ${count(tier, '-', 'old')} ${count(tier, '+', 'new')} END;
CREATE TRIGGER ${tier}_deleted AFTER DELETE ON ${tier} BEGIN ${count(tier, '-', 'old')} END;
`;
}

function count(tier: Tier, sign: '+' | '-', row: 'new' | 'old'): string {
  // The clock may have been set within a chunk, so its ends alone say little.
  const length = `min(max(${row}.end_ms - ${row}.begin_ms, 0), ${row}.rows * ${DISTANCE_SQL[tier](`${row}.run`)})`;
  return `UPDATE held SET bytes = bytes ${sign} length(${row}.data), recorded_ms = recorded_ms ${sign} iif(${row}.part = ${TIME_PART}, ${length}, 0) WHERE tier = '${tier}';`;
}
