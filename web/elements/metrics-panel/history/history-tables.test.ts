import { beforeEach, expect, it } from 'vitest';
import type { HistoryQuestion } from '../../../client/history.ts';
import { HeldClock } from '../../../testing/held-clock.ts';
import { pretendAnswer } from '../../../testing/pretend-history.ts';
import type { TableSource } from '../feed/table-follower.ts';
import { HistoryTables } from './history-tables.ts';

const START_MS = 1_795_000_000_000;
const STEP_MS = 120_000;
const QUESTION = { agentUrl: 'http://here/', token: undefined, host: undefined, stepMs: STEP_MS };

const live: TableSource = {
  descriptors: [
    {
      name: 'processes',
      label: 'Processes',
      group: 'Processes',
      help: '',
      source: '',
      // In another order than in the past, and with one that was not there.
      columns: [
        { name: 'cpu', label: 'CPU', unit: 'percent' },
        { name: 'threads', label: 'Threads', unit: 'count' },
        { name: 'name', label: 'Name', unit: 'text' },
      ],
    },
  ],
  newest: (name) => ({ table: name, seq: 7, timestampMs: START_MS + 60_000, rows: [[1, 2, 'present']] }),
  at: () => null,
};

let clock: HeldClock;
let questions: HistoryQuestion[];
let told: number;
let tables: HistoryTables;

beforeEach(() => {
  clock = new HeldClock();
  questions = [];
  told = 0;
  tables = new HistoryTables(
    () => {
      told += 1;
    },
    clock,
    (_address, question) => {
      questions.push(question);
      const answer = pretendAnswer({ nowMs: START_MS, spikeMs: START_MS + 1 }, question);
      // Nothing is kept after the start.
      return Promise.resolve(
        question.fromMs > START_MS ? { ...answer, header: { ...answer.header, tables: [] } } : answer,
      );
    },
  );
});

async function stay(): Promise<void> {
  clock.advance(150);
  await new Promise((resolve) => setTimeout(resolve));
}

it('fetches the table of the step where the reader stays, and of no other', async () => {
  const source = tables.of(QUESTION, live);
  expect(source?.at('processes', START_MS - STEP_MS)).toBeNull();
  clock.advance(100);
  expect(source?.at('processes', START_MS)).toBeNull();
  expect(source?.isComing?.('processes', START_MS)).toBe(true);
  await stay();
  expect(questions).toMatchObject([
    { metrics: [], tables: ['processes'], fromMs: START_MS, toMs: START_MS + STEP_MS, points: 1 },
  ]);
  expect(told).toBe(1);
  const next = tables.of(QUESTION, live);
  expect(next).not.toBe(source);
  expect(next?.at('processes', START_MS)).toEqual({
    table: 'processes',
    seq: 0,
    timestampMs: START_MS + 13,
    rows: [[92, null, 'culprit']],
  });
  expect(next?.isComing?.('processes', START_MS)).toBe(false);
  await stay();
  expect(questions).toHaveLength(1);
});

it('takes the last table before a sample if none follows, and then says that none is known', async () => {
  const ms = START_MS + 3000;
  tables.of({ ...QUESTION, stepMs: 1000 }, live)?.at('processes', ms);
  await stay();
  expect(questions).toMatchObject([
    { fromMs: ms, toMs: ms + 5000 },
    { fromMs: ms - 5000, toMs: ms },
  ]);
  expect(tables.of({ ...QUESTION, stepMs: 1000 }, live)?.at('processes', ms)?.timestampMs).toBe(ms - 4987);
  const late = START_MS + 10_000;
  tables.of({ ...QUESTION, stepMs: 1000 }, live)?.at('processes', late);
  await stay();
  const after = tables.of({ ...QUESTION, stepMs: 1000 }, live);
  expect(after?.at('processes', late)).toBeNull();
  expect(after?.isComing?.('processes', late)).toBe(false);
});

it('forgets the tables of another host', async () => {
  tables.of(QUESTION, live)?.at('processes', START_MS);
  await stay();
  expect(tables.of({ ...QUESTION, host: 'other' }, live)?.at('processes', START_MS)).toBeNull();
  tables.stop();
  await stay();
  expect(questions).toHaveLength(1);
});

it('has for the newest the table of the end of a fixed range, and the present one otherwise', async () => {
  expect(tables.of(QUESTION, live)?.newest('processes')?.seq).toBe(7);
  expect(tables.of(QUESTION, live, START_MS)?.newest('processes')).toBeNull();
  await stay();
  expect(tables.of(QUESTION, live, START_MS)?.newest('processes')?.timestampMs).toBe(START_MS + 13);
  expect(tables.of(QUESTION, live, null)?.newest('processes')).toBeNull();
  expect(tables.of(QUESTION, live)?.newest('processes')?.seq).toBe(7);
});
