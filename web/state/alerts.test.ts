import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertView } from '../../shared/protocol/messages.ts';
import { pretendAlert, pretendState, tell } from '../testing/pretend-alerts.ts';
import { AlertNews } from './alert-news.ts';
import type { DashboardState } from './dashboard-state.ts';

let state: DashboardState;
let added: string[];
let ended: AlertView[];

beforeEach(() => {
  state = pretendState();
  added = [];
  ended = [];
  const news = new AlertNews(state.alerts);
  news.onNew((alerts) => added.push(alerts.map(({ id }) => id).join('+')));
  news.onEnd((alert) => ended.push(alert));
});

const one = pretendAlert();
const other = pretendAlert({ id: 'cpu', metric: 'cpu', severity: 'warning' });

describe('the alerts of a page', () => {
  it('are unknown before the agent tells any, and then the most urgent first, without those that ended', () => {
    expect(state.alerts.value).toBeNull();
    tell(
      state,
      pretendAlert({ id: 'pending', state: 'pending', firedMs: null }),
      pretendAlert({ id: 'known', acknowledgedMs: 1 }),
      other,
      one,
      pretendAlert({ id: 'over', state: 'ended', endedMs: 2, outcome: 'resolved' }),
    );
    expect(state.alerts.active.map(({ id }) => id)).toEqual(['disk', 'cpu', 'known', 'pending']);
    expect(state.alerts.loud.map(({ id }) => id)).toEqual(['disk', 'cpu']);
  });

  it('are new once: not those that fired before the page was open, and not again after a lost connection', () => {
    tell(state, one);
    tell(state, one, other);
    tell(state, other, one);
    expect(added).toEqual(['cpu']);
  });

  it('are new when their silence ends, and not before', () => {
    tell(state);
    tell(state, pretendAlert({ silencedUntilMs: 1 }));
    expect(added).toEqual([]);
    tell(state, one);
    expect(added).toEqual(['disk']);
  });

  it('are new together if they are told together, an event that is over at once among them', () => {
    tell(state);
    tell(state, one, pretendAlert({ id: 'reboot', state: 'ended', endedMs: 1, outcome: 'event' }));
    expect(added).toEqual(['disk+reboot']);
  });

  it('end once, also if the agent no longer names them', () => {
    tell(state);
    tell(state, one, other);
    const over = pretendAlert({ state: 'ended', endedMs: 3, outcome: 'resolved' });
    tell(state, over, other);
    tell(state, over);
    tell(state);
    expect(ended.map(({ id, state: how, outcome }) => [id, how, outcome])).toEqual([
      ['disk', 'ended', 'resolved'],
      ['cpu', 'ended', null],
    ]);
  });

  it('of another host are unknown at first, are no news then, and do not end those of the host before', () => {
    tell(state, one);
    state.view.change({ page: 'host', host: 'web-2' });
    expect(state.alerts.value).toBeNull();
    tell(state, other);
    expect([added, ended]).toEqual([[], []]);
    tell(state, other, pretendAlert({ id: 'later' }));
    expect(added).toEqual(['later']);
    state.view.change({ page: 'start', host: null });
  });

  it('are stale from the loss of the connection until they are told again', () => {
    tell(state, one);
    state.connection.status.set({ state: 'reconnecting', reason: 'lost', retryAtMs: null });
    const sinceMs = state.alerts.staleSinceMs.value;
    expect(Math.abs(Date.now() - (sinceMs ?? 0))).toBeLessThan(60_000);
    state.connection.status.set({ state: 'connected', transport: 'websocket' });
    expect(state.alerts.staleSinceMs.value).toBe(sinceMs);
    tell(state, one);
    expect(state.alerts.staleSinceMs.value).toBeNull();
  });
});
