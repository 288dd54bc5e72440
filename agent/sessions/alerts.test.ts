import { beforeEach, describe, expect, it } from 'vitest';
import { decodeServerFrame } from '../../shared/client/server-frames.ts';
import type { AlertMessage, Subscribe } from '../../shared/protocol/messages.ts';
import { EVERYTHING } from '../auth/grant.ts';
import { TestBoard } from '../testing/test-board.ts';
import { LOCAL } from '../testing/local-peer.ts';
import { TestHub, type TestClient } from '../testing/test-hub.ts';
import { AlertCursor } from './alert-cursor.ts';
import { Broadcasts } from './broadcast.ts';
import { ScopeView } from './scope-view.ts';

let board: TestBoard;
let test: TestHub;
let client: TestClient;

beforeEach(() => {
  board = new TestBoard();
  test = new TestHub({ alerts: board });
  client = test.connectV1();
  test.publish();
});

const LINE = {
  rule: 'busy',
  title: 'Busy',
  severity: 'trouble',
  metrics: ['cpu', 'disk.*'],
  direction: 'above',
  threshold: 90,
};
const subscribe = (fields: object = {}) => ({
  action: 'subscribe',
  metrics: ['cpu'],
  alerts: true,
  ...fields,
});

type Message = ReturnType<typeof decodeServerFrame>[number];
const takeAll = (): Message[] => client.take().flatMap((text) => decodeServerFrame(text));
const types = (messages: readonly Message[]): string[] => messages.map(({ type }) => type);
/** Whether it replaces everything, and the alerts by id and state. */
const brief = ({ complete, alerts }: AlertMessage): unknown => [
  complete,
  ...alerts.map(({ id, state }) => `${id} ${state}`),
];
const takeAlerts = (): unknown[] =>
  takeAll().flatMap((message) => (message.type === 'alert' ? [brief(message)] : []));

describe('[AL-1] a subscription with alerts', () => {
  it('is told all of them, and the thresholds of what it may see, after its announcement', () => {
    board.put('one');
    board.changeRules([LINE, { ...LINE, metrics: ['disk.*'] }]);
    client.send(subscribe());
    const messages = takeAll();
    expect(types(messages)).toEqual(['subscribed', 'metrics', 'alert']);
    expect(messages[2]).toMatchObject({
      sub: 'default',
      host: 'web-1',
      complete: true,
      alerts: [{ id: 'one', rule: 'busy', state: 'firing', metric: 'cpu', threshold: 90 }],
      lines: [{ rule: 'busy', metrics: ['cpu'], threshold: 90 }],
    });
  });

  it('is not told what concerns nobody but the agent', () => {
    board.put('one');
    client.send(subscribe());
    expect(client.take().join('')).not.toMatch(/policy|labels|channels|isEvent/);
  });

  it('is told what changes, with the sample that changes it', () => {
    client.send(subscribe());
    expect(takeAlerts()).toEqual([[true]]);
    board.put('one');
    board.put('two', { state: 'pending' });
    test.publish();
    expect(takeAlerts()).toEqual([[false, 'one firing', 'two pending']]);
    board.put('one', { state: 'ended' });
    test.publish();
    expect(takeAlerts()).toEqual([[false, 'one ended']]);
    test.publish();
    expect(takeAlerts()).toEqual([]);
  });

  it('is told each alert once, as it is when it reads again', () => {
    client.send(subscribe());
    client.stopReading();
    client.take();
    for (const state of ['pending', 'firing', 'clearing']) {
      board.put('one', { state });
      test.publish();
    }
    client.readAgain();
    expect(takeAlerts()).toEqual([[false, 'one clearing']]);
  });

  it('is told everything again after rules have changed', () => {
    board.put('one');
    client.send(subscribe());
    client.take();
    board.changeRules([LINE]);
    test.publish();
    expect(takeAlerts()).toEqual([[true, 'one firing']]);
  });

  it('is told of many in several messages', () => {
    for (let number = 0; number < 450; number += 1) board.put(String(number));
    client.send(subscribe());
    const told = takeAll().filter((message) => message.type === 'alert');
    expect(told.map(({ complete, alerts }) => [complete, alerts.length])).toEqual([
      [true, 200],
      [false, 200],
      [false, 50],
    ]);
    expect(new Set(told.flatMap(({ alerts }) => alerts.map(({ id }) => id))).size).toBe(450);
  });

  it('is told that there are none by an agent without alerts', () => {
    test = new TestHub();
    client = test.connectV1();
    test.publish();
    client.send(subscribe());
    expect(takeAlerts()).toEqual([[true]]);
    test.publish();
    expect(takeAlerts()).toEqual([]);
  });

  it.each([
    ['does not ask for them', 'v1', {}],
    ['is a plain client', 'plain', { alerts: true }],
  ] as const)('is told nothing if it %s', (_why, profile, fields) => {
    board.put('one');
    client = test.connect(profile);
    client.send({ action: 'subscribe', metrics: ['cpu'], ...fields });
    test.publish();
    expect(client.take().join('')).not.toContain('"alert"');
  });

  it('refuses what is neither true nor false', () => {
    client.send(subscribe({ alerts: 'yes' }));
    expect(takeAll()).toMatchObject([{ type: 'error', error: 'Invalid alerts: expected true or false' }]);
  });
});

describe('[AL-2] a scope', () => {
  it('shows the alerts of its series and of its hosts', () => {
    board.put('cpu');
    board.put('memory', { metric: 'memory' });
    board.put('reboot', { metric: null });
    const broadcasts = new Broadcasts(test.hosts, board);
    const next = (metrics: string[]): unknown => {
      const host = new ScopeView(broadcasts, { ...EVERYTHING, metrics }).host();
      if (host === undefined) throw new Error('no host');
      const [message] = decodeServerFrame(new AlertCursor(host, 'default').next()?.text ?? '');
      return message?.type === 'alert' && brief(message);
    };
    expect(next(['memory*'])).toEqual([true, 'memory firing', 'reboot firing']);
    expect(next(['*'])).toEqual([true, 'cpu firing', 'memory firing', 'reboot firing']);
  });

  it('that changes is told everything again', () => {
    board.put('cpu');
    const broadcasts = new Broadcasts(test.hosts, board);
    const [all, part] = [EVERYTHING, { ...EVERYTHING, metrics: ['memory'] }].map((scope) =>
      new ScopeView(broadcasts, scope).host(),
    );
    if (all === undefined || part === undefined) throw new Error('no host');
    const cursor = new AlertCursor(all, 'default');
    cursor.next();
    expect(cursor.isDue).toBe(false);
    cursor.moveTo(part);
    expect(cursor.next()?.text).toContain('"complete":true');
    expect(new AlertCursor(all, 'default', cursor.position).isDue).toBe(true);
    expect(new AlertCursor(part, 'default', cursor.position).isDue).toBe(false);
  });
});

it('[AL-3] polls and streams continue where the one before ended', async () => {
  board.put('one');
  const wishes: Subscribe = { action: 'subscribe', sub: 'a', metrics: ['cpu'], tables: [], alerts: true };
  const poll = async (cursor?: string): Promise<{ cursor: string; told: unknown[] }> => {
    const request = { peer: LOCAL, token: undefined, subscriptions: [wishes], cursor, waitMs: 1000 };
    const answer = JSON.parse(await test.hub.poll(request, new AbortController().signal)) as {
      cursor: string;
      messages: AlertMessage[];
    };
    const told = answer.messages.filter(({ type }) => type === 'alert').map((message) => brief(message));
    return { cursor: answer.cursor, told };
  };
  const first = await poll();
  expect(first.told).toEqual([[true, 'one firing']]);
  const waiting = poll(first.cursor);
  await test.clock.advance(10);
  board.put('one', { state: 'ended' });
  test.publish();
  expect((await waiting).told).toEqual([[false, 'one ended']]);
});
