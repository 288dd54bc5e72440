import type { Tier } from '../sample-history.ts';

/** "MPHs": tells this file from other SQLite databases. */
export const APPLICATION_ID = 0x4d_50_48_73;
/** Increases when an older agent could not read the file. */
export const FORMAT_VERSION = 1;

/** A small page suits blobs of a few kilobytes. `auto_vacuum` has no effect after `journal_mode`. */
export const NEW_FILE_PRAGMAS = [
  'page_size=1024',
  'auto_vacuum=INCREMENTAL',
  `application_id=${APPLICATION_ID}`,
  `user_version=${FORMAT_VERSION}`,
] as const;
/** Commits in this mode never wait for the disk; only checkpoints do, and they run in a worker. */
export const CONNECTION_PRAGMAS = ['journal_mode=WAL', 'synchronous=NORMAL', 'wal_autocheckpoint=0'] as const;

/** How much time the rows of one chunk cover at most, ms: chunks begin at multiples of it. */
export const CHUNK_MS: Readonly<Record<Tier, number>> = {
  seconds: 15 * 60_000,
  minutes: 60 * 60_000,
  quarters: 24 * 60 * 60_000,
};
/** The distance of rows in a chunk, ms. */
export const ROW_MS: Readonly<Record<Tier, number>> = {
  seconds: 1000,
  minutes: 60_000,
  quarters: 15 * 60_000,
};

/** The part of a chunk that holds when its rows were taken: time, seq, grid index. */
export const TIME_PART = 0;

const TIER_TABLE = `(
  id INTEGER PRIMARY KEY,
  part INTEGER NOT NULL,
  run INTEGER NOT NULL,
  begin_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  data BLOB NOT NULL
)`;

/**
 * A tier has a row per part of a chunk: a part is a group of series (the first word of their names), the times (`TIME_PART`), or a table of rows
 * (`table:processes`). Rows of a tier are deleted in the order of `id`, oldest first. `begin_ms` and `end_ms` are the times of the first row and after the last.
 */
export const SCHEMA = `
CREATE TABLE part(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE run(id INTEGER PRIMARY KEY, epoch TEXT NOT NULL UNIQUE, interval_ms INTEGER NOT NULL, unit_ms INTEGER NOT NULL);
CREATE TABLE series(id INTEGER PRIMARY KEY, name TEXT NOT NULL, descriptor TEXT NOT NULL, seen_ms INTEGER NOT NULL);
CREATE TABLE seconds${TIER_TABLE};
CREATE TABLE minutes${TIER_TABLE};
CREATE TABLE quarters${TIER_TABLE};
CREATE INDEX seconds_time ON seconds(part, begin_ms);
CREATE INDEX minutes_time ON minutes(part, begin_ms);
CREATE INDEX quarters_time ON quarters(part, begin_ms);
CREATE TABLE tail(id INTEGER PRIMARY KEY, run INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE gap(id INTEGER PRIMARY KEY, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, reason TEXT NOT NULL, after_seq INTEGER, before_seq INTEGER, run INTEGER);
`;
