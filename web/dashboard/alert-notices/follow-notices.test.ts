import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { preferredLanguage } from '../../locales/languages.ts';
import { AlertNews } from '../../state/alert-news.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { MINUTE_MS, NOW_MS, pretendAlert, pretendState, tell } from '../../testing/pretend-alerts.ts';
import { followNotices } from './follow-notices.ts';

/** What the browser shows, by tag. */
let shown: Map<string, PretendNotification>;
let permission: NotificationPermission;
let undo: (() => void)[];

class PretendNotification extends EventTarget {
  static get permission(): NotificationPermission {
    return permission;
  }

  readonly text: string;
  readonly #tag: string;

  constructor(title: string, { body = '', tag = '' }: NotificationOptions = {}) {
    super();
    this.text = `${title} | ${body}`;
    this.#tag = tag;
    const before = shown.get(tag);
    shown.set(tag, this);
    before?.dispatchEvent(new Event('close'));
  }

  close(): void {
    if (shown.get(this.#tag) === this) shown.delete(this.#tag);
    this.dispatchEvent(new Event('close'));
  }
}

beforeEach(() => {
  shown = new Map();
  permission = 'granted';
  undo = [];
  vi.stubGlobal('Notification', PretendNotification);
});
afterEach(() => {
  for (const one of undo) one();
  vi.unstubAllGlobals();
});

const open = vi.fn<() => void>();
/** A tab of the dashboard. */
function tab(): { state: DashboardState; close: () => void } {
  const state = pretendState();
  const close = followNotices(state, new AlertNews(state.alerts), preferredLanguage(['en']), open);
  undo.push(close);
  tell(state);
  return { state, close };
}
const texts = (): string[] => [...shown.values()].map(({ text }) => text);
/** Tells until the tab has the turn, with another alert each time. */
async function untilItsTurn({ state }: { state: DashboardState }): Promise<void> {
  let count = 0;
  await expect
    .poll(() => {
      count += 1;
      tell(state, pretendAlert({ id: `turn ${count}` }));
      return shown.size;
    })
    .toBeGreaterThan(0);
  tell(state);
  for (const one of shown.values()) one.close();
}

it('shows one notification for each alert that fires, and changes it when that is over', async () => {
  const one = tab();
  await untilItsTurn(one);
  tell(one.state, pretendAlert());
  tell(one.state, pretendAlert({ value: 95 }));
  expect(texts()).toEqual(['Disk almost full on Here | / used: 91.2 %']);
  tell(one.state, pretendAlert({ state: 'ended', endedMs: NOW_MS + 3 * MINUTE_MS, outcome: 'resolved' }));
  expect(texts()).toEqual(['Over: Disk almost full on Here | It lasted 15 min.']);
});

it('closes the notification of what is no more, and leaves one that the reader closed', async () => {
  const one = tab();
  await untilItsTurn(one);
  tell(one.state, pretendAlert(), pretendAlert({ id: 'b' }));
  [...shown.values()].at(-1)?.close();
  expect(shown.size).toBe(1);
  tell(
    one.state,
    pretendAlert({ state: 'ended', endedMs: 1, outcome: 'gone' }),
    pretendAlert({ id: 'b', state: 'ended', endedMs: NOW_MS, outcome: 'resolved' }),
  );
  expect(texts()).toEqual([]);
});

it('opens the alerts at a click', async () => {
  const one = tab();
  await untilItsTurn(one);
  tell(one.state, pretendAlert());
  shown.values().next().value?.dispatchEvent(new Event('click'));
  expect(open).toHaveBeenCalledOnce();
  expect(texts()).toEqual([]);
});

it('shows nothing in a second tab, until the first is closed', async () => {
  const first = tab();
  await untilItsTurn(first);
  const second = tab();
  tell(second.state, pretendAlert());
  await navigator.locks.query();
  tell(second.state, pretendAlert(), pretendAlert({ id: 'b' }));
  expect(texts()).toEqual([]);
  first.close();
  await untilItsTurn(second);
});

it('shows nothing without permission', () => {
  permission = 'denied';
  const { state } = tab();
  tell(state, pretendAlert());
  expect(texts()).toEqual([]);
});
