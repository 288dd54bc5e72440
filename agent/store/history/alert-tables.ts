import * as v from 'valibot';
import { alertViewSchema } from '../../../shared/protocol/messages.ts';
import type { Alert } from '../../alerts/alert.ts';
import type { AlertSnapshot, AlertStore, AlertUpdate, Silence } from '../../alerts/alert-store.ts';
import { HistoryError } from '../sample-history.ts';
import { textIn, type Connection, type SqlRow, type Statement } from './sql.ts';

const silenceSchema = v.object({
  id: v.string(),
  rule: v.string(),
  host: v.string(),
  metric: v.string(),
  fromMs: v.number(),
  untilMs: v.number(),
  comment: v.string(),
});

type Kind = 'progress' | 'message' | 'silence';

/** How many of the alerts that have ended are loaded. */
const LOADED_ENDED = 200;
/** Each tier has its own ids, and the greatest is the newest of all. */
const NEWEST_CHUNK =
  '(SELECT coalesce(max(id), 0) FROM (SELECT max(id) AS id FROM seconds UNION ALL SELECT max(id) FROM minutes UNION ALL SELECT max(id) FROM quarters))';

/** Keeps alerts in the file of a history. Those that end without having fired are forgotten. */
export class AlertTables implements AlertStore {
  readonly #connection: Connection;
  readonly #putState: Statement;
  readonly #deleteState: Statement;
  readonly #putAlert: Statement;
  readonly #deleteAlert: Statement;
  readonly #past: Statement;

  /** @param connection to a file with the tables of schema.ts; nobody else writes alerts to it */
  constructor(connection: Connection) {
    this.#connection = connection;
    this.#putState = connection.prepare(
      'INSERT INTO alert_state(kind, key, value) VALUES(?, ?, ?) ON CONFLICT(kind, key) DO UPDATE SET value = excluded.value',
    );
    this.#deleteState = connection.prepare('DELETE FROM alert_state WHERE kind = ? AND key = ?');
    this.#putAlert = connection.prepare(
      `INSERT INTO alert(id, host, since_ms, end_ms, chunk, data) VALUES(?, ?, ?, ?, ${NEWEST_CHUNK}, ?) ON CONFLICT(id) DO UPDATE SET end_ms = excluded.end_ms, chunk = excluded.chunk, data = excluded.data`,
    );
    this.#deleteAlert = connection.prepare('DELETE FROM alert WHERE id = ?');
    this.#past = connection.prepare(
      'SELECT data FROM alert WHERE since_ms < ? AND (end_ms IS NULL OR end_ms >= ?) AND host = coalesce(?, host) ORDER BY since_ms DESC, number DESC LIMIT ?',
    );
  }

  /** @throws HistoryError, or what SQLite throws */
  load(): AlertSnapshot {
    const state = this.#connection.prepare('SELECT key, value FROM alert_state WHERE kind = ? ORDER BY key');
    const rowsOf = (kind: Kind): readonly (readonly [string, string])[] =>
      state.all(kind).map((row) => [textIn(row, 'key'), textIn(row, 'value')]);
    const open = this.#connection
      .prepare('SELECT data FROM alert WHERE end_ms IS NULL ORDER BY number')
      .all();
    const ended = this.#connection
      .prepare(`SELECT data FROM alert WHERE end_ms IS NOT NULL ORDER BY number DESC LIMIT ${LOADED_ENDED}`)
      .all();
    return {
      progress: rowsOf('progress').map(([key, progress]) => ({ key, progress })),
      messages: rowsOf('message').map(([id, message]) => ({ id, message })),
      silences: rowsOf('silence').map(([, value]) => silenceIn(value)),
      alerts: [...ended.toReversed(), ...open].map(alertIn),
    };
  }

  save({ progress, messages, silences, alerts }: AlertUpdate): void {
    this.#connection.exec('BEGIN IMMEDIATE');
    try {
      this.#put('progress', progress);
      this.#put('message', messages);
      for (const [id, silence] of silences)
        this.#put('silence', new Map([[id, silence === null ? null : JSON.stringify(silence)]]));
      for (const alert of alerts) this.#keep(alert);
      this.#connection.exec('COMMIT');
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  past(
    { fromMs, toMs, host }: { readonly fromMs: number; readonly toMs: number; readonly host?: string },
    limit: number,
  ): readonly Alert[] {
    return this.#past.all(toMs, fromMs, host ?? null, limit).map(alertIn);
  }

  #put(kind: Kind, changes: ReadonlyMap<string, string | null>): void {
    for (const [key, value] of changes) {
      if (value === null) this.#deleteState.run(kind, key);
      else this.#putState.run(kind, key, value);
    }
  }

  #keep(alert: Alert): void {
    const { id, host, sinceMs, firedMs, endedMs } = alert;
    if (endedMs !== null && firedMs === null) this.#deleteAlert.run(id);
    else this.#putAlert.run(id, host, sinceMs, endedMs, JSON.stringify(alert));
  }

  #rollBack(): void {
    try {
      this.#connection.exec('ROLLBACK');
    } catch {
      // SQLite has already done so.
    }
  }
}

/** @throws HistoryError if it is not as it was written */
function alertIn(row: SqlRow): Alert {
  const alert = parsed(textIn(row, 'data'));
  if (!isAlert(alert)) throw new HistoryError('The history has no alert in data');
  return alert;
}

function isAlert(value: unknown): value is Alert {
  return v.is(alertViewSchema, value) && 'policy' in value && 'isEvent' in value;
}

/** @throws HistoryError if it is not as it was written */
function silenceIn(text: string): Silence {
  const silence = parsed(text);
  if (!v.is(silenceSchema, silence)) throw new HistoryError('The history has no silence in value');
  return silence;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
