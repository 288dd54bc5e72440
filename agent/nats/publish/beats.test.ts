import { beforeEach, expect, it } from 'vitest';
import * as v from 'valibot';
import type { Alert } from '../../alerts/alert.ts';
import { ShownAlerts } from '../../alerts/shown-alerts.ts';
import { LocalHost } from '../../hosts/local-host.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { metric } from '../../testing/fake-collector.ts';
import { testAlert } from '../../testing/test-alert.ts';
import { beatSchema, type BeatBody } from '../bodies.ts';
import { Beats } from './beats.ts';
import { Catalogues } from './catalogues.ts';

let clock: FakeClock;
let board: ShownAlerts;
let sent: BeatBody[];
let beats: Beats;
beforeEach(async () => {
  clock = new FakeClock();
  await clock.advance(60_000);
  board = new ShownAlerts();
  sent = [];
  const host = new LocalHost({
    host: { id: 'web', label: 'web', facts: {} },
    catalogue: [metric('cpu')],
    intervalMs: 1000,
  });
  const publish = (text: string): void => void sent.push(v.parse(beatSchema, JSON.parse(text)));
  beats = new Beats({ host, label: null, catalogues: new Catalogues(host), alerts: board, clock, publish });
});

const change = (fields: Partial<Alert>): void =>
  board.change([testAlert({ id: 'a', host: 'web', state: 'firing', ...fields })], clock.now());

it('comes at the start, every ten seconds, and no more once stopped', async () => {
  beats.start();
  await clock.advance(29_000);
  expect(sent).toHaveLength(3);
  beats.stop();
  await clock.advance(60_000);
  expect([sent.length, clock.pending]).toEqual([3, 0]);
});

it('comes at once when an alert fires or is over, but not when its value changes', async () => {
  beats.start();
  await clock.advance(5000);
  change({ value: 91 });
  expect(sent.map(({ alerts }) => alerts?.length)).toEqual([0, 1]);
  change({ value: 92 });
  change({ value: 93 });
  await clock.advance(2000);
  expect(sent).toHaveLength(2);
  change({ state: 'ended', endedMs: 1, value: 10 });
  expect(sent.map(({ alerts }) => alerts?.length)).toEqual([0, 1, 0]);
});

it('comes once a second at most, however often alerts change', async () => {
  beats.start();
  for (let count = 0; count < 100; count += 1) {
    change({ state: count % 2 === 0 ? 'firing' : 'clearing' });
    await clock.advance(50);
  }
  expect(sent).toHaveLength(6);
});

it('tells the worst alert first, and no more than a hundred', () => {
  const many = Array.from({ length: 150 }, (_, index) =>
    testAlert({ id: `w${index}`, host: 'web', state: 'firing', severity: 'warning' }),
  );
  const worst = testAlert({ id: 'worst', host: 'web', state: 'firing', severity: 'trouble' });
  board.change(
    [testAlert({ id: 'p', host: 'web', state: 'pending', severity: 'trouble' }), ...many, worst],
    0,
  );
  beats.start();
  expect(sent[0]?.alerts?.map(({ id }) => id).slice(0, 2)).toEqual(['worst', 'w0']);
  expect(sent[0]?.alerts).toHaveLength(100);
});

it('calls the host by the name that it was given', () => {
  const host = new LocalHost({
    host: { id: 'vm', label: 'vm', facts: {} },
    catalogue: [metric('cpu')],
    intervalMs: 1000,
  });
  const publish = (text: string): void => void sent.push(v.parse(beatSchema, JSON.parse(text)));
  new Beats({
    host,
    label: 'db-1',
    catalogues: new Catalogues(host),
    alerts: undefined,
    clock,
    publish,
  }).start();
  expect(sent[0]?.summary.label).toBe('db-1');
});
