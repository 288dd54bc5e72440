import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { whenLoaded } from '../browser/when-loaded.ts';
import { historyPart } from '../elements/metrics-panel/parts/panel-parts.ts';
import { preferredLanguage } from '../locales/languages.ts';
import { concernWords } from '../dashboard/host-sentence/concern-words.ts';
import {
  interceptAlerts,
  MINUTE_MS,
  NOW_MS,
  pretendAlert,
  pretendState,
  tell,
} from '../testing/pretend-alerts.ts';
import { PretendSamples } from '../testing/pretend-samples.ts';
import { AttentionFollower } from './attention-follower.ts';
import type { DashboardState } from './dashboard-state.ts';

const before = location.href;
let state: DashboardState;
let follower: AttentionFollower;
let samples: PretendSamples;
let stop: () => void;

beforeEach(() => {
  state = pretendState();
  state.hosts.sample.set(null);
  samples = new PretendSamples(NOW_MS);
  follower = new AttentionFollower(
    state,
    concernWords(state, () => preferredLanguage(['en'])),
  );
  stop = follower.start();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
  history.replaceState(null, '', before);
});

type Sample = NonNullable<DashboardState['hosts']['sample']['value']>;
function see(values: Readonly<Record<string, number | null>>): void {
  state.hosts.sample.set(samples.next(values) as unknown as Sample);
}
const kinds = (): readonly string[] | undefined => state.attention.value?.map(({ kind }) => kind);

describe('the attention of a page', () => {
  it('is not known before the first sample, and then what crosses a line', () => {
    expect(state.attention.value).toBeNull();
    expect(state.attention.outlook.value).toEqual({ state: 'waiting' });
    see({ memory: 50 });
    expect(kinds()).toEqual([]);
    expect(state.attention.outlook.value).toMatchObject({ state: 'live', before: 'unwatched' });
    see({ memory: 97 });
    expect(kinds()).toEqual(['memory-low']);
    expect(state.attention.of('memory')).toMatchObject({ level: 'trouble' });
  });

  it('tells followers of changes alone', () => {
    see({ memory: 50 });
    const told = vi.fn<() => void>();
    state.attention.onChange(told);
    see({ memory: 51 });
    see({ memory: 52 });
    expect(told).not.toHaveBeenCalled();
  });

  it('is what alerts tell, too', () => {
    see({ memory: 50 });
    tell(state, pretendAlert());
    expect(kinds()).toEqual(['filesystem-full']);
    tell(state, pretendAlert({ acknowledgedMs: 1 }));
    expect(state.attention.of('filesystem.root.used')).toBeUndefined();
    expect(state.attention.value).toMatchObject([{ isMuted: true }]);
  });

  it('is not known any more when the connection is lost; what was is kept', () => {
    see({ memory: 97 });
    state.connection.status.set({ state: 'reconnecting', reason: '', retryAtMs: null });
    expect(state.attention.value).toBeNull();
    expect(state.attention.outlook.value).toEqual({ state: 'stale', sinceMs: samples.timeMs });
    expect(state.attention.last.value).toMatchObject([{ kind: 'memory-low' }]);
  });

  it('is not known any more when no samples come', () => {
    stop();
    vi.useFakeTimers();
    stop = follower.start();
    see({ memory: 50 });
    vi.advanceTimersByTime(3900);
    expect(kinds()).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(state.attention.value).toBeNull();
    expect(state.attention.outlook.value).toMatchObject({ state: 'stale' });
    see({ memory: 50 });
    expect(kinds()).toEqual([]);
  });

  it('is quiet since what needed attention was over', () => {
    see({ memory: 97 });
    for (let second = 0; second < 16; second += 1) see({ memory: 88 });
    expect(kinds()).toEqual([]);
    expect(state.attention.outlook.value).toMatchObject({ before: 'event', quietSinceMs: NOW_MS + 16_000 });
  });

  it('begins anew with another host', () => {
    see({ memory: 97 });
    state.view.change({ host: 'there' });
    expect(state.attention.value).toBeNull();
    expect(state.attention.last.value).toEqual([]);
    expect(state.attention.outlook.value).toEqual({ state: 'waiting' });
  });

  it('begins anew when another host answers at the address', () => {
    see({ memory: 97 });
    const { value } = state.connection.welcome;
    if (value === null) throw new Error('no introduction');
    const hosts = value.hosts.map((host) => ({ ...host, id: 'other' }));
    state.connection.welcome.set({ ...value, hosts });
    expect(kinds() ?? []).toEqual([]);
    expect(state.marks.value).toEqual({ marks: [], fired: [] });
    see({ memory: 50 });
    expect(kinds()).toEqual([]);
    expect(state.attention.last.value).toEqual([]);
  });

  it('of a range is what alerts of the past tell, and not known before they do', async () => {
    const ended = pretendAlert({ state: 'ended', endedMs: NOW_MS - MINUTE_MS });
    const requests = interceptAlerts(() => Response.json({ alerts: [ended] }));
    see({ memory: 97 });
    state.time.zoomTo({ fromMs: NOW_MS - 20 * MINUTE_MS, toMs: NOW_MS - 10 * MINUTE_MS });
    expect(state.attention.outlook.value).toMatchObject({ state: 'past', isKnown: undefined });
    expect(state.attention.value).toBeNull();
    await vi.waitFor(() => expect(kinds()).toEqual(['filesystem-full']), { timeout: 20_000 });
    expect(state.attention.outlook.value).toEqual({ state: 'past', isKnown: true, isWhole: true });
    expect(requests).toHaveLength(1);
    state.time.live();
    expect(kinds()).toEqual(['memory-low']);
  });

  it('of a range is whole where only this viewer missed samples', async () => {
    interceptAlerts(() => Response.json({ alerts: [] }));
    see({ memory: 50 });
    const missed = { from: 1, to: 2, fromMs: NOW_MS - 19 * MINUTE_MS, toMs: NOW_MS - 11 * MINUTE_MS };
    follower.missed({ ...missed, reason: 'evicted' });
    follower.missed({ ...missed, reason: 'slow' });
    state.time.zoomTo({ fromMs: NOW_MS - 20 * MINUTE_MS, toMs: NOW_MS - 10 * MINUTE_MS });
    expect(state.attention.outlook.value).toMatchObject({ isWhole: true });
    follower.missed({ ...missed, reason: 'host_down' });
    expect(state.attention.outlook.value).toMatchObject({ isWhole: false });
  });

  it('of a range is not asked for before it is known of which host', () => {
    stop();
    vi.useFakeTimers();
    stop = follower.start();
    const requests = interceptAlerts(() => Response.json({ alerts: [] }));
    state.view.change({ host: 'nowhere' });
    state.time.zoomTo({ fromMs: NOW_MS - 20 * MINUTE_MS, toMs: NOW_MS - 10 * MINUTE_MS });
    vi.advanceTimersByTime(1000);
    expect(requests).toEqual([]);
    expect(state.attention.outlook.value).toMatchObject({ state: 'past', isKnown: undefined });
  });

  it('of a range is not known where the agent has no alerts', async () => {
    interceptAlerts(() => new Response('', { status: 404 }));
    see({ memory: 50 });
    state.time.zoomTo({ fromMs: NOW_MS - 20 * MINUTE_MS, toMs: NOW_MS - 10 * MINUTE_MS });
    await vi.waitFor(
      () => expect(state.attention.outlook.value).toMatchObject({ state: 'past', isKnown: false }),
      {
        timeout: 20_000,
      },
    );
    expect(state.attention.value).toBeNull();
  });
});

describe('the last day of a host', () => {
  it.each([
    [503, 4],
    [403, 1],
  ])('that was refused with %i is asked for %i times in three minutes', async (status, times) => {
    stop();
    // It reads what the agent answers.
    await new Promise((resolve) => {
      whenLoaded(historyPart, resolve);
    });
    const { setTimeout: schedule } = globalThis;
    vi.useFakeTimers();
    stop = follower.start();
    const asked: string[] = [];
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      if (pathname === '/history') asked.push(pathname);
      // The browser's own reading of a body would take real time, while the clock goes on.
      return Object.assign(new Response(null, { status }), { text: async () => '{}' });
    });
    see({ memory: 50 });
    state.connection.status.set({ state: 'connected', transport: 'sse' });
    for (let passedMs = 0; passedMs < 3 * MINUTE_MS + 5000; passedMs += 5000) {
      await vi.advanceTimersByTimeAsync(5000);
      // The body of an answer is read outside of fake time.
      await new Promise((resolve) => {
        schedule(resolve);
      });
    }
    expect(asked).toHaveLength(times);
  });
});

describe('the marks of a page', () => {
  it('are of alerts, of what crosses lines, and of restarts of the agent', () => {
    see({ memory: 50 });
    see({ memory: 97 });
    tell(state, pretendAlert());
    follower.missed({ from: 1, to: 2, fromMs: 1, toMs: 2, reason: 'agent_restart' });
    const { marks, fired } = state.marks.value;
    expect(marks.map(({ level, label }) => `${level}: ${label}`)).toEqual([
      'event: Agent restarted',
      'trouble: Disk almost full: / used',
      'trouble: Memory is 97 % used',
    ]);
    expect(fired.map(({ metric }) => metric)).toEqual(['filesystem.root.used', 'memory']);
  });

  it('stay the same while only numbers change', () => {
    see({ memory: 50 });
    see({ memory: 97 });
    const { value } = state.marks;
    see({ memory: 98 });
    expect(state.marks.value).toBe(value);
  });
});
