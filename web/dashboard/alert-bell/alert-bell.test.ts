import { afterEach, expect, it } from 'vitest';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import { pretendAlert, pretendState, tell } from '../../testing/pretend-alerts.ts';
import { AlertNews } from '../../state/alert-news.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import './alert-bell.ts';
import type { AlertBell } from './alert-bell.ts';

afterEach(unmountAll);

async function ring(): Promise<{ bell: AlertBell; state: DashboardState }> {
  const state = pretendState();
  const bell = await mount('alert-bell', (element) => {
    element.style.width = '2rem';
    element.lang = 'en';
    element.state = state;
    element.news = new AlertNews(state.alerts);
  });
  return { bell, state };
}
const button = ({ renderRoot }: AlertBell): HTMLButtonElement | null => renderRoot.querySelector('button');
const nameIn = (bell: AlertBell): string => button(bell)?.querySelector('.said')?.textContent ?? '';
const countIn = (bell: AlertBell): string | undefined => button(bell)?.querySelector('.count')?.textContent;
const said = ({ renderRoot }: AlertBell): string =>
  renderRoot.querySelector('[role=status]')?.textContent ?? '';

it('is quiet while nothing fires', async () => {
  const { bell, state } = await ring();
  tell(state, pretendAlert({ state: 'pending', firedMs: null }));
  await bell.updateComplete;
  expect(countIn(bell)).toBeUndefined();
  expect(nameIn(bell)).toBe('Alerts: nothing fires');
  await expectAccessible(bell);
});

it('shows a shape and how many fire, and names them', async () => {
  const { bell, state } = await ring();
  tell(state, pretendAlert({ id: 'cpu', metric: 'cpu', title: 'Busy', severity: 'warning' }), pretendAlert());
  await bell.updateComplete;
  expect(countIn(bell)).toBe('2');
  expect(nameIn(bell)).toBe('Alerts; 2 alerts fire; Disk almost full: / used; Busy: CPU');
  expect(button(bell)?.querySelector('.shape svg')).not.toBeNull();
  await expectAccessible(bell);
});

it('keeps its size, whatever fires', async () => {
  const { bell, state } = await ring();
  const before = bell.getBoundingClientRect();
  tell(state, pretendAlert());
  await bell.updateComplete;
  const { width, height } = bell.getBoundingClientRect();
  expect([width, height]).toEqual([before.width, before.height]);
});

it('counts in grey what was acknowledged or silenced', async () => {
  const { bell, state } = await ring();
  tell(state, pretendAlert({ acknowledgedMs: 1 }), pretendAlert({ id: 'b', silencedUntilMs: 2 }));
  await bell.updateComplete;
  expect(button(bell)?.className).toContain('quiet');
  expect(nameIn(bell)).toBe('Alerts; 2 acknowledged or silenced');
});

it('announces a new alert once, and none that fired before', async () => {
  const { bell, state } = await ring();
  tell(state, pretendAlert());
  await bell.updateComplete;
  expect(said(bell)).toBe('');
  const busy = pretendAlert({ id: 'cpu', metric: 'cpu', title: 'Busy' });
  tell(state, pretendAlert(), busy);
  await bell.updateComplete;
  expect(said(bell)).toBe('Alert: Busy: CPU');
  tell(state, busy, pretendAlert({ value: 92 }));
  await bell.updateComplete;
  expect(said(bell)).toBe('Alert: Busy: CPU');
});

it('says since when it is not live', async () => {
  const { bell, state } = await ring();
  tell(state, pretendAlert());
  state.connection.status.set({ state: 'disconnected' });
  await bell.updateComplete;
  expect(nameIn(bell)).toMatch(/; as of \d\d:\d\d:\d\d$/);
  expect(button(bell)?.className).toContain('stale');
});
