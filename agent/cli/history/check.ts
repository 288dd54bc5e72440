import { TIERS, type Tier } from '../../store/sample-history.ts';
import { AlertTables } from '../../store/history/alert-tables.ts';
import { unpackPart } from '../../store/history/chunk.ts';
import { readHeld } from '../../store/history/retention.ts';
import { ROLLUP_COLUMNS, TIME_COLUMNS, TIME_PART } from '../../store/history/schema.ts';
import { numberIn, textIn } from '../../store/history/sql.ts';
import { readNumber, type Connection } from '../../store/history/sqlite.ts';
import type { StoredPart } from '../../store/history/stored-chunk.ts';
import { unpackEntries } from '../../store/history/table-archive.ts';
import { storedPart } from '../../store/history/tier-table.ts';
import { hasAlerts, historyOf } from './history-files.ts';
import { timeText } from './format.ts';

/** Rows of a tier that are read at once. */
const PARTS_PER_STEP = 64;
/** A damaged file may have a problem in each of its pages. */
const MAX_PROBLEMS = 100;

/** What is wrong, or that nothing is. */
export interface Findings {
  /** One sentence each. */
  readonly problems: readonly string[];
  readonly partCount: number;
}

/** Reads all of a history. @param progress called with the share that is done */
export function checkHistory(connection: Connection, progress: (share: number) => void): Findings {
  const problems: string[] = [];
  const tell = (problem: string): void => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
  };
  const trying = (what: string, task: () => void): void => {
    try {
      task();
    } catch (error) {
      tell(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  let partCount = 0;
  trying('SQLite', () => {
    for (const row of connection.prepare(`PRAGMA integrity_check(${MAX_PROBLEMS})`).all()) {
      const verdict = textIn(row, 'integrity_check');
      if (verdict !== 'ok') tell(`SQLite: ${verdict}`);
    }
  });
  trying('The chunks', () => {
    const checker = new PartChecker(connection);
    const total = TIERS.reduce(
      (sum, tier) => sum + readNumber(connection, `SELECT count(*) FROM ${tier}`),
      0,
    );
    for (const tier of TIERS) {
      for (const part of partsOf(connection, tier)) {
        partCount += 1;
        progress(partCount / Math.max(1, total));
        trying(nameOf(tier, part), () => checker.check(tier, part));
      }
      checker.end(tier, tell);
    }
  });
  // Replays the tail.
  trying('What is not in a chunk yet', () => void historyOf(connection).runs);
  trying('The alerts', () => {
    if (!hasAlerts(connection)) return;
    const alerts = new AlertTables(connection);
    alerts.load();
    alerts.past({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }, Number.MAX_SAFE_INTEGER);
  });
  return { problems, partCount };
}

function nameOf(tier: Tier, { chunk, part, beginMs }: StoredPart): string {
  return `Chunk ${chunk} of ${tier}, from ${timeText(beginMs)}, part ${part}`;
}

function* partsOf(connection: Connection, tier: Tier): Generator<StoredPart, void> {
  const read = connection.prepare(
    `SELECT id, chunk, part, run, begin_ms, end_ms, first_seq, last_seq, rows, weight, data FROM ${tier} WHERE id > ? ORDER BY id LIMIT ${PARTS_PER_STEP}`,
  );
  let last = -1;
  for (;;) {
    const rows = read.all(last);
    for (const row of rows) {
      last = numberIn(row, 'id');
      yield storedPart(row);
    }
    if (rows.length < PARTS_PER_STEP) return;
  }
}

/** Checks part after part in the order of their ids. Every method throws an error that says what is wrong. */
class PartChecker {
  readonly #connection: Connection;
  readonly #names = new Map<number, string>([[TIME_PART, '']]);
  readonly #series: ReadonlySet<number>;
  readonly #runs: ReadonlySet<number>;
  #chunk: StoredPart | null = null;
  #bytes = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
    for (const row of connection.prepare('SELECT id, name FROM part').all())
      this.#names.set(numberIn(row, 'id'), textIn(row, 'name'));
    const idsOf = (table: string): ReadonlySet<number> =>
      new Set(
        connection
          .prepare(`SELECT id FROM ${table}`)
          .all()
          .map((row) => numberIn(row, 'id')),
      );
    this.#series = idsOf('series');
    this.#runs = idsOf('run');
  }

  check(tier: Tier, stored: StoredPart): void {
    const { id, chunk, part, run, rows, data } = stored;
    this.#bytes += data.length;
    if (tier === 'seconds') require(this.#runs.has(run), `its run ${run} is not known`);
    if (part === TIME_PART) {
      this.#chunk = stored;
      require(id === chunk, 'its times are not its first part');
      checkTimes(tier, stored, unpackPart(data, rows));
      return;
    }
    require(this.#chunk?.chunk === chunk, 'its times are missing');
    const name = this.#names.get(part);
    require(name !== undefined, 'the name of the part is not known');
    if (name?.startsWith('{') === true) {
      for (const entry of unpackEntries(data, rows)) JSON.parse(entry.rows);
      return;
    }
    require(this.#chunk?.rows === rows, `it has ${rows} rows, and its times ${this.#chunk?.rows}`);
    const columns = unpackPart(data, rows);
    for (const series of columns.keys()) {
      const own = tier === 'seconds' ? series : Math.floor(series / 4);
      require(this.#series.has(own), `series ${own} has no name`);
    }
    if (tier !== 'seconds') checkRollup(columns, rows);
  }

  /** Compares the sums that the file keeps of a tier. */
  end(tier: Tier, tell: (problem: string) => void): void {
    const held = readHeld(this.#connection).find((one) => one.tier === tier)?.bytes;
    if (held !== this.#bytes) tell(`Size of ${tier}: ${held} bytes are noted, and ${this.#bytes} are there`);
    this.#bytes = 0;
    this.#chunk = null;
  }
}

function checkTimes(tier: Tier, stored: StoredPart, columns: ReadonlyMap<number, Float64Array>): void {
  const times = columns.get(TIME_COLUMNS.time);
  require(times?.length === stored.rows && stored.rows > 0, 'it has no times');
  require(isAscending(times), 'its times do not ascend');
  require(times?.[0] === stored.beginMs &&
    (times.at(-1) ?? 0) < stored.endMs, 'its times are outside of its own');
  if (tier !== 'seconds') return;
  const seqs = columns.get(TIME_COLUMNS.seq);
  require(isAscending(seqs), 'its numbers do not ascend');
  require(stored.firstSeq <= (seqs?.[0] ?? 0) &&
    seqs?.at(-1) === stored.lastSeq, 'its numbers are outside of its own');
}

/** Minimum, mean and maximum of what is known are in order. */
function checkRollup(columns: ReadonlyMap<number, Float64Array>, rows: number): void {
  for (const id of columns.keys()) {
    if (id % 4 !== ROLLUP_COLUMNS.min) continue;
    const of = (column: number, row: number): number =>
      columns.get(id - ROLLUP_COLUMNS.min + column)?.[row] ?? Number.NaN;
    for (let row = 0; row < rows; row += 1) {
      const min = of(ROLLUP_COLUMNS.min, row);
      if (Number.isNaN(min)) continue;
      const [mean, max] = [of(ROLLUP_COLUMNS.mean, row), of(ROLLUP_COLUMNS.max, row)];
      require(min <= mean &&
        mean <= max, `minimum, mean and maximum of series ${Math.floor(id / 4)} are not in order`);
      require(of(ROLLUP_COLUMNS.count, row) > 0, `series ${Math.floor(id / 4)} has values of no samples`);
    }
  }
}

function isAscending(numbers: Float64Array | undefined): boolean {
  return numbers?.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0)) === true;
}

function require(isRight: boolean, problem: string): void {
  if (!isRight) throw new Error(problem);
}
