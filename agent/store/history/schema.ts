import type { Tier } from '../sample-history.ts';

/** "MPHs": tells this file from other SQLite databases. */
export const APPLICATION_ID = 0x4d_50_48_73;
/** Increases when an older agent could not read the file. Version 2 added `ALERT_SCHEMA`. */
export const FORMAT_VERSION = 2;

/** A small page suits blobs of a few kilobytes. `auto_vacuum` has no effect after `journal_mode`. */
export const NEW_FILE_PRAGMAS = [
  'page_size=1024',
  'auto_vacuum=INCREMENTAL',
  `application_id=${APPLICATION_ID}`,
  `user_version=${FORMAT_VERSION}`,
] as const;
/** Commits in this mode never wait for the disk; only checkpoints do, and they run in a worker. */
export const CONNECTION_PRAGMAS = ['journal_mode=WAL', 'synchronous=NORMAL', 'wal_autocheckpoint=0'] as const;

/** How much time the rows of one chunk cover at most, ms. No chunk crosses a multiple of it. */
export const CHUNK_MS: Readonly<Record<Tier, number>> = {
  seconds: 15 * 60_000,
  minutes: 60 * 60_000,
  quarters: 24 * 60 * 60_000,
};
/** The distance of rows in a chunk, ms; of `seconds` at least. */
export const ROW_MS: Readonly<Record<Tier, number>> = {
  seconds: 1000,
  minutes: 60_000,
  quarters: 15 * 60_000,
};

/** The part of a chunk that holds when its rows were taken. Each chunk has it, and it is written first. */
export const TIME_PART = 0;
/** Columns of the part with the times: Unix ms; of `seconds` also number and grid index of the row's last sample. */
export const TIME_COLUMNS = { time: 0, seq: 1, grid: 2 } as const;
/** Ids of series begin here, so that a tail piece can hold the times beside them. */
export const FIRST_SERIES = 4;
/** A part of `minutes` or `quarters` has four columns for each series: its id times four, plus these. */
export const ROLLUP_COLUMNS = { min: 0, max: 1, mean: 2, count: 3 } as const;

const TIER_TABLE = `(
  id INTEGER PRIMARY KEY,
  chunk INTEGER NOT NULL,
  part INTEGER NOT NULL,
  run INTEGER NOT NULL,
  begin_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  weight REAL,
  data BLOB NOT NULL
)`;

/**
 * A tier has a row per part of a chunk: a part is a group of series (the first word of their names), the times (`TIME_PART`), or a table of rows
 * (named by its descriptor as JSON). `chunk` is the id of the part with the times, the others have those that follow. Ids count over all three tiers
 * and only grow; the chunks with the smallest are deleted first, each as a whole. `begin_ms` and `end_ms` are the times of the first row and after the
 * last; `first_seq` and `last_seq` the numbers of the first and last sample; `run` and both are 0 in chunks of other tiers than `seconds`, which may
 * mix runs. `rows` of a table counts its entries, and `weight` is the greatest of theirs.
 *
 * `gone` of a series that is no longer sampled is the greatest id of a chunk that may hold it. `rolled` has, for a tier, the newest chunk of
 * `seconds` that its rows on disk include. `tail` has the rows that no chunk has yet (tail.ts).
 */
export const SCHEMA = `
CREATE TABLE part(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE run(id INTEGER PRIMARY KEY, epoch TEXT NOT NULL UNIQUE, interval_ms INTEGER NOT NULL, unit_ms INTEGER NOT NULL);
CREATE TABLE series(id INTEGER PRIMARY KEY, name TEXT NOT NULL, descriptor TEXT NOT NULL, gone INTEGER);
CREATE INDEX series_name ON series(name);
CREATE TABLE seconds${TIER_TABLE};
CREATE TABLE minutes${TIER_TABLE};
CREATE TABLE quarters${TIER_TABLE};
CREATE INDEX seconds_time ON seconds(part, begin_ms);
CREATE INDEX minutes_time ON minutes(part, begin_ms);
CREATE INDEX quarters_time ON quarters(part, begin_ms);
CREATE INDEX seconds_run ON seconds(run, last_seq, first_seq, begin_ms, end_ms) WHERE part = ${TIME_PART};
CREATE TABLE rolled(tier TEXT PRIMARY KEY, chunk INTEGER NOT NULL);
CREATE TABLE tail(id INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE gap(id INTEGER PRIMARY KEY, run INTEGER NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, reason TEXT NOT NULL, after_seq INTEGER NOT NULL, before_seq INTEGER NOT NULL);
CREATE INDEX gap_time ON gap(to_ms);
CREATE INDEX gap_run ON gap(run, before_seq);
`;

/**
 * `alert` has every alert that fired or may yet fire, `data` as JSON; `end_ms` is null until it ends, and `chunk` is the greatest id of a chunk when it was last
 * written: it goes with the minutes of that time. `alert_state` is what else of alerts must survive a restart, by kind (alert-tables.ts).
 */
export const ALERT_SCHEMA = `
CREATE TABLE alert(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, host TEXT NOT NULL, since_ms INTEGER NOT NULL, end_ms INTEGER, chunk INTEGER NOT NULL, data TEXT NOT NULL);
CREATE INDEX alert_time ON alert(since_ms);
CREATE INDEX alert_open ON alert(id) WHERE end_ms IS NULL;
CREATE TABLE alert_state(kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY(kind, key)) WITHOUT ROWID;
`;
