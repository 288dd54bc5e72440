import { TIERS, type Tier } from '../sample-history.ts';
import { TIME_PART } from './schema.ts';
import { readNumber, type Connection } from './sqlite.ts';

export interface RetentionLimits {
  /** Of samples at one second; minutes and quarter hours are kept longer, in proportion. */
  readonly days: number;
  /** Of the file and its log. */
  readonly maxBytes: number;
  /** Of them, what the log may take. */
  readonly logBytes: number;
}

const DAY_MS = 86_400_000;
/** How much longer than seconds, so that 14 days of them go with 400 of minutes and 5 years of quarter hours. */
const LONGER: Readonly<Record<Tier, number>> = {
  seconds: 1,
  minutes: 400 / 14,
  quarters: (5 * 365.25) / 14,
};
/** Of the file, when not all fits. */
const SHARES: Readonly<Record<Tier, number>> = { seconds: 0.35, minutes: 0.5, quarters: 0.15 };
/** Pages that move in one step. */
const PAGES_PER_STEP = 64;
/** Unused pages that stay in the file, as a share of it: they are used again soon. */
const MAX_UNUSED = 0.25;
/** An agent that is started again and again makes a gap each time. */
const MAX_GAPS = 100_000;
/** Of those that have ended. */
const MAX_ALERTS = 20_000;
const ALERTS_PER_STEP = 500;

/**
 * Deletes what is too old or too much, oldest first. Old is what much has been recorded after: the host's clock has no say in it.
 * Each step is a short transaction of its own.
 *
 * @throws Error of SQLite
 */
export function* retain(connection: Connection, limits: RetentionLimits): Generator<void, void> {
  for (;;) {
    const tier = tierWithTooMuch(connection, limits);
    if (tier === null || !deleteOldestChunk(connection, tier)) break;
    yield;
  }
  forget(connection);
  yield;
  while (deleteOldAlerts(connection)) yield;
  while (isFileTooLarge(connection, limits)) {
    const before = readNumber(connection, 'PRAGMA freelist_count');
    // Each row of its answer is a page that has moved.
    connection.prepare(`PRAGMA incremental_vacuum(${PAGES_PER_STEP})`).all();
    if (readNumber(connection, 'PRAGMA freelist_count') >= before) break;
    yield;
  }
}

interface Held {
  readonly tier: Tier;
  readonly bytes: number;
  readonly recordedMs: number;
}

/** What each tier holds. */
export function readHeld(connection: Connection): readonly Held[] {
  const rows = connection.prepare('SELECT tier, bytes, recorded_ms FROM held').all();
  return TIERS.map((tier) => {
    const row = rows.find((each) => each['tier'] === tier);
    return { tier, bytes: Number(row?.['bytes'] ?? 0), recordedMs: Number(row?.['recorded_ms'] ?? 0) };
  });
}

/** `null` if there is room for all, or nothing that may be deleted. */
function tierWithTooMuch(connection: Connection, { days, ...limits }: RetentionLimits): Tier | null {
  const held = readHeld(connection).filter(({ tier }) => canDelete(connection, tier));
  const tooOld = held.find(({ tier, recordedMs }) => recordedMs > days * LONGER[tier] * DAY_MS);
  if (tooOld !== undefined) return tooOld.tier;
  const pages = readNumber(connection, 'PRAGMA page_count') - readNumber(connection, 'PRAGMA freelist_count');
  if (pages * readNumber(connection, 'PRAGMA page_size') <= fileLimit(limits)) return null;
  const [largest] = held.toSorted((a, b) => b.bytes / SHARES[b.tier] - a.bytes / SHARES[a.tier]);
  return largest?.tier ?? null;
}

/** The log grows a little beyond its size until somebody has emptied it. */
function fileLimit({ maxBytes, logBytes }: Omit<RetentionLimits, 'days'>): number {
  return maxBytes - 2 * logBytes;
}

/** Id of the second chunk; `null` if there is one at most. Ids grow with time. */
function chunkAfterOldest(connection: Connection, tier: Tier): number | null {
  // The plus keeps SQLite from sorting all chunks by their id: it finds the second after a few rows.
  const row = connection
    .prepare(`SELECT id FROM ${tier} WHERE +part = ${TIME_PART} ORDER BY id LIMIT 1 OFFSET 1`)
    .get();
  return row === undefined ? null : Number(row['id']);
}

/** Not the chunk that is being written, nor seconds that the other tiers do not include yet. */
function canDelete(connection: Connection, tier: Tier): boolean {
  const next = chunkAfterOldest(connection, tier);
  if (next === null || tier !== 'seconds') return next !== null;
  const oldest = readNumber(connection, 'SELECT min(id) FROM seconds');
  // Before the first chunk is in both of them, there is no second one.
  return oldest <= readNumber(connection, 'SELECT coalesce(min(chunk), 0x7fffffffffff) FROM rolled');
}

function deleteOldestChunk(connection: Connection, tier: Tier): boolean {
  const next = chunkAfterOldest(connection, tier);
  if (next === null) return false;
  connection.prepare(`DELETE FROM ${tier} WHERE id < ?`).run(next);
  return true;
}

/**
 * Deletes what only deleted chunks have named. Parts stay: there are few, and rows that are no chunk yet name them too. So do the gaps of the newest run: where
 * the clock was set back, those rows are earlier than all chunks.
 */
function forget(connection: Connection): void {
  const oldestIds = TIERS.map((tier) => `SELECT min(id) AS id FROM ${tier}`).join(' UNION ALL ');
  const oldestTimes = TIERS.map(
    (tier) => `SELECT min(begin_ms) AS ms FROM ${tier} WHERE part = ${TIME_PART}`,
  );
  connection.exec(`BEGIN IMMEDIATE;
DELETE FROM series WHERE gone < (SELECT min(id) FROM (${oldestIds}));
DELETE FROM run WHERE id < (SELECT run FROM seconds ORDER BY id LIMIT 1);
DELETE FROM gap WHERE to_ms < (SELECT min(ms) FROM (${oldestTimes.join(' UNION ALL ')})) AND run < (SELECT max(id) FROM run);
DELETE FROM gap WHERE id <= (SELECT max(id) FROM gap) - ${MAX_GAPS};
COMMIT`);
}

/** Those whose minutes are gone, by when they were written and by their own times, or too many. @returns whether there may be more */
function deleteOldAlerts(connection: Connection): boolean {
  const { changes } = connection
    .prepare(
      `DELETE FROM alert WHERE number IN (
SELECT number FROM alert WHERE end_ms IS NOT NULL AND (
  number <= (SELECT max(number) FROM alert) - ${MAX_ALERTS}
  OR chunk < (SELECT chunk FROM minutes ORDER BY id LIMIT 1) AND end_ms < (SELECT min(begin_ms) FROM minutes WHERE part = ${TIME_PART})
) ORDER BY number LIMIT ${ALERTS_PER_STEP})`,
    )
    .run();
  return Number(changes) === ALERTS_PER_STEP;
}

function isFileTooLarge(connection: Connection, limits: RetentionLimits): boolean {
  const pages = readNumber(connection, 'PRAGMA page_count');
  const unused = readNumber(connection, 'PRAGMA freelist_count');
  if (unused === 0) return false;
  const isLarge = pages * readNumber(connection, 'PRAGMA page_size') > fileLimit(limits);
  return isLarge || unused > pages * MAX_UNUSED;
}
