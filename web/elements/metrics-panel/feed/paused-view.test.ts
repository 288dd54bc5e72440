import { describe, expect, it } from 'vitest';
import type { SubscriptionListener } from '../../../../shared/client/client-subscription.ts';
import type { MetricsClient } from '../../../../shared/client/metrics-client.ts';
import type { Welcome } from '../../../../shared/client/welcome.ts';
import type { Subscribed } from '../../../../shared/protocol/messages.ts';
import { TimeWindow } from '../../../../shared/time-window.ts';
import { PausedView } from './paused-view.ts';
import { SeriesBuffer, type Shown } from './shown-samples.ts';
import { TableFollower } from './table-follower.ts';

const TABLE = {
  name: 'processes',
  label: 'Processes',
  group: 'Processes',
  columns: [],
  help: '',
  source: '',
};
const ANNOUNCEMENT = {
  type: 'subscribed',
  sub: 't',
  host: 'here',
  epoch: 'e',
  seq: 30,
  intervalMs: 1000,
  series: [],
  tables: [TABLE],
} as unknown as Subscribed;

/** A panel that is paused from the start, and its tables, which come second by second. Sample number n has the timestamp n s. */
class PausedPanel {
  readonly #view = new PausedView();
  readonly #buffer = new SeriesBuffer(ANNOUNCEMENT, new TimeWindow(20, 0), []);
  #tables: TableFollower | null = null;
  #listener: SubscriptionListener | null = null;

  constructor() {
    this.#buffer.add({ seq: 30, timestampMs: 30_000, values: [] });
  }

  get shown(): Shown {
    const live = { buffer: this.#buffer, tables: this.#tables, revision: 1, isFilling: false };
    return this.#view.of(live, true);
  }

  /** The number of the table that is shown of a second. */
  tableAt(second: number): number | undefined {
    return this.shown.tables?.at(TABLE.name, second * 1000)?.seq;
  }

  get newest(): number | undefined {
    return this.shown.tables?.newest(TABLE.name)?.seq;
  }

  followTables(): void {
    const client: Pick<MetricsClient, 'onWelcome' | 'subscribe'> = {
      onWelcome: (listener) => {
        listener({
          hosts: [{ id: 'here', label: 'here', facts: {}, tables: [TABLE] }],
        } as unknown as Welcome);
        return () => {};
      },
      subscribe: (_request, listener) => {
        this.#listener = listener;
        return () => {};
      },
    };
    const request = { metrics: [], tables: [TABLE.name], backfill: 20 };
    this.#tables = new TableFollower(client as MetricsClient, request, () => {});
    this.#listener?.subscribed(ANNOUNCEMENT);
  }

  take(seq: number, hasTable = true): void {
    const at = { seq, timestampMs: seq * 1000 };
    if (hasTable) this.#listener?.table?.({ ...at, table: TABLE.name, rows: [] });
    this.#listener?.sample({ ...at, values: [] });
  }
}

describe('a paused view', () => {
  it('shows tables that come after its samples, all that were on their way, and no later ones', () => {
    const panel = new PausedPanel();
    expect(panel.shown.tables).toBeNull();
    panel.followTables();
    expect(panel.shown.tables?.descriptors).toEqual([TABLE]);
    for (let seq = 11; seq <= 30; seq += 1) panel.take(seq);
    expect([panel.tableAt(12), panel.tableAt(30), panel.newest]).toEqual([12, 30, 30]);
    panel.take(31);
    expect([panel.tableAt(31), panel.newest]).toEqual([30, 30]);
  });

  it('keeps its tables, however long it is paused', () => {
    const panel = new PausedPanel();
    expect(panel.shown.tables).toBeNull();
    panel.followTables();
    expect(panel.tableAt(12)).toBeUndefined();
    for (let seq = 11; seq <= 99; seq += 1) {
      panel.take(seq);
      expect(panel.tableAt(11)).toBe(11);
    }
  });

  it('waits for the first table of a host that makes them only while somebody wants them', () => {
    const panel = new PausedPanel();
    panel.followTables();
    expect(panel.shown.tables?.descriptors).toEqual([TABLE]);
    panel.take(30, false);
    expect(panel.tableAt(30)).toBeUndefined();
    panel.take(31);
    expect(panel.tableAt(30)).toBe(31);
    panel.take(32);
    expect(panel.newest).toBe(31);
  });
});
