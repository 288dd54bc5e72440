import assert from 'node:assert/strict';
import type { Gap, Metrics, Subscribed, Table } from '../../../shared/protocol/messages.ts';
import type { ModelledHost, Taken } from './modelled-host.ts';

/** How a subscription begins: with the last samples, or after a position. */
export interface Start {
  readonly backfill?: number;
  readonly since?: { readonly epoch: string; readonly seq: number; readonly ts: number };
}

export interface ChannelRequest {
  readonly sub: string;
  readonly metrics: readonly string[];
  readonly tables: readonly string[];
  /** Grid units. */
  readonly stride: number;
}

type Member = Gap | Metrics | Table;

/** What one subscription has been sent, and still has to be: RT-3 to RT-10 and FC-1, told from outside. */
export class ModelledSubscription {
  readonly #host: ModelledHost;
  readonly #request: ChannelRequest;
  /** Index of the last sample sent; `null` before the first, of a client without a position. */
  #last: number | null;
  #epoch: string;
  /** Index of the sample that has to come first, in a backfill. */
  #first: number | undefined;
  /** The head when a backfill began: sent even if it does not start a stretch. */
  #backfillHead = -1;
  /** Whether it waits for the client instead of skipping. */
  #isReplaying: boolean;
  /** Due samples that were not sent when they were taken. */
  #held = 0;
  /** Samples that were skipped, as the agent counts them. */
  skipped = 0;
  #series: readonly string[] = [];

  constructor(host: ModelledHost, request: ChannelRequest, start: Start, answer: Subscribed) {
    this.#host = host;
    this.#request = request;
    this.#epoch = answer.epoch;
    const { since, backfill = 0 } = start;
    this.#last = since === undefined ? null : host.indexOf(since.epoch, since.seq);
    this.#isReplaying = since !== undefined || (backfill > 0 && host.taken.length > 0);
    assert.equal(answer.recovered, since !== undefined);
    if (since === undefined && backfill > 0 && host.taken.length > 0) this.#expectBackfill(backfill);
    else if (since === undefined && host.taken.length > 0) this.#held = 1;
    this.announced(answer);
  }

  /** The series change, or another run begins. */
  announced({ epoch, host, intervalMs, series, seq }: Subscribed): void {
    assert.equal(host, this.#host.id);
    assert.equal(intervalMs, this.#request.stride * 100);
    const head = this.#host.taken.at(-1);
    assert.equal(seq, head?.epoch === epoch ? head.seq : 0);
    this.#epoch = epoch;
    this.#series = series.map(({ name }) => name);
  }

  /** One frame's messages for it: gaps and tables, then the sample. */
  receive(members: readonly Member[]): void {
    let gaps: Gap[] = [];
    let table: Table | undefined;
    for (const member of members) {
      if (member.type === 'gap') gaps.push(member);
      else if (member.type === 'table') table = member;
      else {
        this.#sample(member, gaps, table);
        gaps = [];
        table = undefined;
      }
    }
    assert(gaps.length === 0 && table === undefined, 'a sample follows each gap and table in its frame');
  }

  /** A sample was taken, and everybody was told. */
  taken(index: number): void {
    if (this.#isReplaying || !this.#isDue(index) || this.#last === index) return;
    this.#held += 1;
    if (this.#held > 1) this.skipped += 1;
  }

  /** Everything that could be sent was. */
  settled(isBlocked: boolean): void {
    if (!isBlocked) this.#isReplaying = false;
  }

  /** Whether a sample that is due has not been sent. */
  get isOwed(): boolean {
    return this.#firstDueAfter((this.#last ?? -1) + 1) <= this.#host.head;
  }

  get position(): Taken | undefined {
    return this.#last === null || this.#last < 0 ? undefined : this.#host.at(this.#last);
  }

  #expectBackfill(count: number): void {
    const { head } = this.#host;
    this.#backfillHead = head;
    let found = 1;
    this.#first = head;
    for (let index = head - 1; index >= 0 && found < count; index -= 1) {
      if (!this.#host.startsCell(index, this.#request.stride)) continue;
      this.#first = index;
      found += 1;
    }
  }

  #isDue(index: number): boolean {
    if (this.#last === null && this.#first === undefined) return true;
    return index === this.#backfillHead || this.#host.startsCell(index, this.#request.stride);
  }

  /** Index of the first due sample from `from` on; beyond the head if there is none. */
  #firstDueAfter(from: number): number {
    let index = from;
    if (this.#last === null && this.#first !== undefined) return this.#first;
    while (index <= this.#host.head && !this.#isDue(index)) index += 1;
    return index;
  }

  #sample(
    { seq, prev, ts, values }: Metrics,
    gaps: readonly Gap[],
    table: Omit<Table, 'type' | 'sub'> | undefined,
  ): void {
    const index = this.#host.indexOf(this.#epoch, seq);
    const taken = this.#host.at(index);
    const where = `sample ${seq}`;
    assert.equal(ts, taken.ts);
    const names = [...(this.#host.taken.at(-1)?.values.keys() ?? [])];
    assert.deepEqual(this.#series, this.#host.resolve(this.#request.metrics, names), `series of ${where}`);
    assert.deepEqual(
      values,
      this.#series.map((name) => taken.values.get(name) ?? null),
      `values of ${where}`,
    );
    const expected = this.#last === null ? this.#begin(index) : this.#gapsBefore(index, this.#last);
    assert.deepEqual(
      gaps.map(({ type: _type, sub: _sub, ...gap }) => gap),
      expected,
      `gaps of ${where}`,
    );
    const last = this.#last === null ? 0 : this.#host.at(this.#last).seq;
    assert.equal(prev, expected.at(-1)?.to ?? last, `prev of ${where}`);
    this.#checkTable(index, prev, table);
    this.#last = index;
    this.#held = 0;
  }

  /** The first sample of a client without a position. */
  #begin(index: number): Omit<Gap, 'type' | 'sub'>[] {
    assert.equal(index, this.#first ?? this.#host.head, 'the first sample');
    return [];
  }

  #gapsBefore(index: number, last: number): Omit<Gap, 'type' | 'sub'>[] {
    assert(index > last, `sample ${index} comes after ${last}`);
    const [from, to] = [this.#host.at(last), this.#host.at(index)];
    assert(this.#isDue(index), `sample ${to.seq} is not due`);
    const first = this.#firstDueAfter(last + 1);
    const range = { fromTs: from.ts, toTs: to.ts };
    if (first < index) {
      assert(!this.#isReplaying, `a replay skipped from ${first} to ${index}`);
      return [{ from: from.seq + 1, to: to.seq - 1, ...range, reason: 'slow' }];
    }
    const gaps: Omit<Gap, 'type' | 'sub'>[] = [];
    for (let at = last + 1; at <= index; at += 1) {
      const { ts, reason } = this.#host.at(at);
      const fromTs = this.#host.at(at - 1).ts;
      if (reason !== undefined) gaps.push({ from: from.seq + 1, to: from.seq, fromTs, toTs: ts, reason });
    }
    return gaps;
  }

  #checkTable(index: number, prev: number, table: Omit<Table, 'type' | 'sub'> | undefined): void {
    const { epoch } = this.#host.at(index);
    let made: Taken | undefined;
    for (let at = index; at >= 0 && this.#request.tables.length > 0; at -= 1) {
      const taken = this.#host.at(at);
      if (taken.epoch !== epoch || taken.seq <= prev) break;
      if (taken.rows === undefined) continue;
      made = taken;
      break;
    }
    assert.deepEqual(
      table && { seq: table.seq, ts: table.ts, rows: table.rows },
      made && { seq: made.seq, ts: made.ts, rows: made.rows },
      `table of sample ${this.#host.at(index).seq}`,
    );
  }
}
