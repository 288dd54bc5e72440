import { beforeEach, expect, it } from 'vitest';
import * as v from 'valibot';
import { historySchema, type HistoryRequest } from '../../shared/protocol/messages.ts';
import { EVERYTHING, type Scope } from '../auth/grant.ts';
import { MemoryHistory } from '../testing/memory-history.ts';
import { TestHub } from '../testing/test-hub.ts';
import { Broadcasts } from './broadcast.ts';
import { HistoryAnswers } from './history-answers.ts';
import { ScopeView } from './scope-view.ts';

let broadcasts: Broadcasts;

beforeEach(() => {
  const { host, hosts } = new TestHub();
  host.history = new MemoryHistory({ timesMs: [1000] });
  broadcasts = new Broadcasts(hosts);
});

const viewOf = (scope: Partial<Scope>) => new ScopeView(broadcasts, { ...EVERYTHING, ...scope });
const REQUEST: HistoryRequest = {
  action: 'history',
  metrics: ['*'],
  tables: [],
  from: 0,
  to: 2000,
  points: 10,
};

it('an answer that is still being resolved when the view changes is resolved by the new one', () => {
  const answers = new HistoryAnswers(viewOf({}));
  answers.begin(REQUEST);
  // The first glob.
  expect(answers.next()).toBeUndefined();
  expect(answers.applyView(viewOf({ metrics: ['memory'] }))).toEqual([]);
  const texts: string[] = [];
  while (answers.hasTurns) texts.push(answers.next()?.text ?? '');
  const slices = texts.filter((text) => text !== '').map((text) => v.parse(historySchema, JSON.parse(text)));
  expect(slices).toMatchObject([{ series: [{ name: 'memory' }], mean: [[1]], done: true }]);
});

it('resolving takes a step for each entry of the request', () => {
  const answers = new HistoryAnswers(viewOf({}));
  answers.begin({ ...REQUEST, metrics: ['*', 'cpu', 'memory*', 'm*'] });
  let steps = 0;
  while (answers.next() === undefined) steps += 1;
  expect(steps).toBeGreaterThanOrEqual(4);
});
