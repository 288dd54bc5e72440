import * as v from 'valibot';
import { tableDescriptorSchema } from '../../../shared/protocol/catalogue.ts';
import { TIERS, type Tier } from '../../store/sample-history.ts';
import { sizeOnDisk } from '../../store/history/database.ts';
import { seriesOfPart } from '../../store/history/chunk.ts';
import { readHeld } from '../../store/history/retention.ts';
import { TIME_PART } from '../../store/history/schema.ts';
import { bytesIn, numberIn, textIn } from '../../store/history/sql.ts';
import { readNumber, type Connection } from '../../store/history/sqlite.ts';
import { bytesText, countText, durationText, tableText, timeText } from './format.ts';
import { databaseIn, hasAlerts, historyOf } from './history-files.ts';

/** How many of the newest parts are read to estimate the size of a value. */
const MEASURED_PARTS = 1000;

/** What a history has, for people. @throws HistoryError, or what SQLite throws */
export function describeHistory(connection: Connection, folder: string): string {
  const history = historyOf(connection);
  const runs = history.runs;
  const newestMs = Math.max(...runs.map(({ lastMs }) => lastMs));
  const series = readNumber(connection, 'SELECT count(*) FROM series');
  const present = readNumber(connection, 'SELECT count(*) FROM series WHERE gone IS NULL');
  const oldestMs = Math.min(
    history.oldestMs ?? Number.POSITIVE_INFINITY,
    ...runs.map(({ firstMs }) => firstMs),
  );
  const gaps = connection
    .prepare('SELECT reason, count(*) AS count FROM gap GROUP BY reason ORDER BY reason')
    .all()
    .map((row) => `${countText(numberIn(row, 'count'))} ${textIn(row, 'reason')}`);
  return [
    `${databaseIn(folder)}: ${bytesText(sizeOnDisk(databaseIn(folder)))} on disk, with its log\n`,
    oldestMs === Number.POSITIVE_INFINITY
      ? 'It is empty.\n'
      : `From ${timeText(oldestMs)} to ${timeText(Math.max(oldestMs, newestMs))}, in ${countText(runs.length)} ${runs.length === 1 ? 'run' : 'runs'} of the agent with samples by seconds\n`,
    `Series: ${countText(series)}, of which ${countText(present)} are sampled now\n`,
    `Gaps: ${gaps.length === 0 ? 'none' : gaps.join(', ')}\n`,
    `Alerts: ${alertsText(connection)}\n`,
    '\n',
    tiersText(connection),
    '\n',
    groupsText(connection),
    '\n',
    `Bytes per value at one second: ${bytesPerValue(connection)}\n`,
  ].join('');
}

function alertsText(connection: Connection): string {
  const all = hasAlerts(connection) ? readNumber(connection, 'SELECT count(*) FROM alert') : 0;
  if (all === 0) return 'none';
  const open = readNumber(connection, 'SELECT count(*) FROM alert WHERE end_ms IS NULL');
  return `${countText(all)}, of which ${countText(open)} ${open === 1 ? 'goes' : 'go'} on`;
}

function tiersText(connection: Connection): string {
  const rows = readHeld(connection).map(({ tier, bytes, recordedMs }) => [
    tier,
    Number.isFinite(oldestOf(connection, tier)) ? timeText(oldestOf(connection, tier)) : '',
    durationText(recordedMs),
    countText(readNumber(connection, `SELECT count(*) FROM ${tier} WHERE part = ${TIME_PART}`)),
    bytesText(bytes),
  ]);
  return tableText([['Tier', 'From', 'Recorded', 'Chunks', 'Size'], ...rows]);
}

/** Time of the oldest row in a chunk, Unix ms. */
function oldestOf(connection: Connection, tier: Tier): number {
  const begin = readNumber(connection, `SELECT min(begin_ms) FROM ${tier} WHERE part = ${TIME_PART}`);
  return begin === 0 ? Number.POSITIVE_INFINITY : begin;
}

function groupsText(connection: Connection): string {
  const sizes = new Map<string, Map<Tier, number>>();
  for (const tier of TIERS) {
    const rows = connection
      .prepare(
        `SELECT part.name AS name, sum(length(data)) AS bytes FROM ${tier} LEFT JOIN part ON part.id = ${tier}.part GROUP BY ${tier}.part`,
      )
      .all();
    for (const row of rows) {
      const name = titleOf(row['name'] === null ? '' : textIn(row, 'name'));
      const own = sizes.get(name) ?? new Map<Tier, number>();
      own.set(tier, (own.get(tier) ?? 0) + numberIn(row, 'bytes'));
      sizes.set(name, own);
    }
  }
  const total = (own: ReadonlyMap<Tier, number>): number =>
    [...own.values()].reduce((sum, one) => sum + one, 0);
  const rows = [...sizes]
    .toSorted(([, one], [, other]) => total(other) - total(one))
    .map(([name, own]) => [name, ...TIERS.map((tier) => bytesText(own.get(tier) ?? 0))]);
  return tableText([['Group', ...TIERS], ...rows]);
}

/** A table's part is named by its descriptor, that of the times by nothing. */
function titleOf(part: string): string {
  if (part === '') return 'times';
  if (!part.startsWith('{')) return part;
  const { name } = v.parse(tableDescriptorSchema, JSON.parse(part));
  return `table ${name}`;
}

function bytesPerValue(connection: Connection): string {
  const tables = connection
    .prepare("SELECT id FROM part WHERE name LIKE '{%'")
    .all()
    .map((row) => numberIn(row, 'id'));
  let bytes = 0;
  let values = 0;
  const newest = connection
    .prepare(`SELECT part, rows, data FROM seconds ORDER BY id DESC LIMIT ${MEASURED_PARTS}`)
    .all();
  for (const row of newest) {
    const part = numberIn(row, 'part');
    const data = bytesIn(row, 'data');
    if (tables.includes(part)) continue;
    bytes += data.length;
    if (part !== TIME_PART)
      values += numberIn(row, 'rows') * seriesOfPart(data, numberIn(row, 'rows')).length;
  }
  return values === 0 ? 'not known yet' : (bytes / values).toFixed(2);
}
