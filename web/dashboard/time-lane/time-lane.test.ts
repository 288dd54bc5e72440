import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { HistoryQuestion } from '../../client/history.ts';
import { DashboardState } from '../../state/dashboard-state.ts';
import type { KeptHistory } from '../../state/hosts.ts';
import type { Mark } from '../../state/marks.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import { interceptHistory, pretendBytes } from '../../testing/pretend-history.ts';
import './time-lane.ts';
import type { TimeLane } from './time-lane.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** CSS pixels: a pixel is a tenth of a minute. */
const WIDTH = 600;
const PRESSURES = ['pressure.cpu.some', 'pressure.memory.some', 'pressure.io.some'];

const before = location.href;
/** Now, on a whole minute. */
const nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
let questions: HistoryQuestion[];
let respond: (question: HistoryQuestion) => Response;

beforeEach(() => {
  localStorage.clear();
  history.pushState(null, '', location.pathname);
  respond = (question) =>
    new Response(
      pretendBytes({ nowMs, spikeMs: nowMs - 20 * MINUTE_MS, series: question.metrics }, question),
    );
  questions = interceptHistory((question) => respond(question));
});
afterEach(() => {
  unmountAll();
  vi.restoreAllMocks();
  history.replaceState(null, '', before);
});

interface Shown {
  readonly lane: TimeLane;
  readonly state: DashboardState;
  readonly frame: () => HTMLElement;
}

/** The lane of a host that has told a sample. */
async function laneAt(
  query = '',
  kept: KeptHistory | null = { oldestMs: 0 },
  metrics: readonly string[] = PRESSURES,
): Promise<Shown> {
  history.replaceState(null, '', location.pathname + query);
  const state = new DashboardState('http://127.0.0.1:1/');
  sample(state, nowMs);
  const metric = { label: '', unit: 'percent', kind: 'gauge', group: '', help: '', source: '' } as const;
  state.connection.welcome.set({
    type: 'welcome',
    v: 1,
    server: { name: 'test', version: '1' },
    heartbeat: { intervalMs: 5000 },
    reconnect: { baseMs: 1, capMs: 1 },
    limits: { minIntervalMs: 1, maxBackfill: 900, maxMetrics: 1, maxSubscriptions: 1, maxMessageBytes: 1 },
    transports: [],
    hosts: [
      {
        id: 'h',
        label: 'h',
        facts: {},
        catalogue: metrics.map((name) => ({ ...metric, name })),
        tables: [],
        ...(kept === null ? {} : { history: kept }),
      },
    ],
    catalogue: [],
    tables: [],
    id: undefined,
  });
  const lane = await mount('time-lane', (element) => {
    element.state = state;
    element.style.width = `${WIDTH}px`;
  });
  const frame = (): HTMLElement => {
    const found = lane.shadowRoot?.querySelector<HTMLElement>('.frame');
    if (!found) throw new Error('no frame');
    return found;
  };
  await expect.poll(() => lane.shadowRoot?.querySelector('.frame')).not.toBeNull();
  return { lane, state, frame };
}

function sample(state: DashboardState, timestampMs: number, value = 1): void {
  const series = PRESSURES.map((name) => ({ name, label: name, unit: 'percent' }));
  state.hosts.sample.set({ seq: 1, timestampMs, values: series.map(() => value), series, host: 'h' });
}

/** Drags with a real pointer, from and to places in CSS pixels. */
async function drag(lane: TimeLane, fromX: number, toX: number): Promise<void> {
  await userEvent.dragAndDrop(lane, lane, {
    sourcePosition: { x: fromX, y: 10 },
    targetPosition: { x: toX, y: 10 },
    steps: 8,
  });
}

/** In minutes before now, to a tenth. */
function ago({ state }: Shown): number[] {
  const { range } = state.time.value;
  return range === null ? [] : [range.fromMs, range.toMs].map((at) => Math.round((nowMs - at) / 6000) / 10);
}

const said = ({ frame }: Shown): string | null => frame().getAttribute('aria-valuetext');
const texts = ({ lane }: Shown, selector: string): string[] =>
  [...(lane.shadowRoot?.querySelectorAll(selector) ?? [])].map(({ textContent }) => textContent.trim());
const summary = ({ lane }: Shown): string | null =>
  lane.shadowRoot?.querySelector('canvas')?.getAttribute('aria-label') ?? null;

/** Whether the hill is drawn at a time, so high. */
function inkAt({ lane }: Shown, minutesAgo: number, height: number): boolean {
  const canvas = lane.shadowRoot?.querySelector('canvas');
  if (!canvas) return false;
  const x = Math.floor((canvas.width * (60 - minutesAgo)) / 60) + 1;
  const y = canvas.height - Math.ceil((height * canvas.height) / canvas.clientHeight);
  return (canvas.getContext('2d')?.getImageData(x, y, 1, 1).data[3] ?? 0) > 0;
}

describe('the lane of time', () => {
  it('shows the highest pressure of the last hour, for everybody', async () => {
    const shown = await laneAt();
    await expect.poll(() => summary(shown)).toMatch(/^last hour, highest pressure: at most 97\.0 %, at /);
    expect(questions).toEqual([
      {
        host: 'h',
        metrics: PRESSURES,
        tables: [],
        fromMs: nowMs - HOUR_MS,
        toMs: nowMs,
        points: 300,
      },
    ]);
    await expect.poll(() => inkAt(shown, 20, 18)).toBe(true);
    expect([inkAt(shown, 25, 18), inkAt(shown, 25, 5)]).toEqual([false, true]);
    expect(texts(shown, '.caption')).toEqual(['last hour, highest pressure']);
    await expectAccessible(shown.lane);
  });

  it('shows how busy the processors are where no pressure is told, and says so', async () => {
    const shown = await laneAt('', { oldestMs: 0 }, ['cpu', 'memory']);
    await expect.poll(() => summary(shown)).toMatch(/^last hour, CPU busy: at most/);
    expect(questions[0]?.metrics).toEqual(['cpu']);
  });

  it.each([
    ['', 'last hour', 'Live, 20 s'],
    ['?window=15m', 'last hour', 'Live, 15 min'],
    ['?window=6h', 'last day', 'Live, 6 h'],
    ['?window=24h', 'last week', 'Live, 24 h'],
  ])('with %o is the %s, and names the window %o', async (query, caption, text) => {
    const shown = await laneAt(query);
    expect(texts(shown, '.caption')).toEqual([`${caption}, highest pressure`]);
    expect([said(shown), shown.frame().getAttribute('aria-valuenow')]).toEqual([text, '100']);
  });

  it('names 20 samples by the time that they take', async () => {
    const shown = await laneAt();
    shown.state.hosts.intervalMs.set(5000);
    await expect.poll(() => said(shown)).toBe('Live, 100 s');
  });

  it('goes on with the samples that arrive, and does not measure the page for them', async () => {
    const shown = await laneAt();
    await expect.poll(() => summary(shown)).toMatch(/97\.0 %/);
    const measured = vi.spyOn(Element.prototype, 'clientHeight', 'get');
    for (let second = 1; second <= 20; second += 1) sample(shown.state, nowMs + second * 1000, 99);
    await expect.poll(() => summary(shown)).toMatch(/at most 99\.0 %/);
    expect(measured).not.toHaveBeenCalled();
    expect(questions).toHaveLength(1);
  });

  it('hatches what is not known, with its cause', async () => {
    respond = (question) => {
      const gap = { fromTs: nowMs - 40 * MINUTE_MS, toTs: nowMs - 20 * MINUTE_MS, reason: 'suspend' };
      return new Response(pretendBytes({ nowMs, spikeMs: 0, series: question.metrics, gap }, question));
    };
    const shown = await laneAt();
    await expect.poll(() => texts(shown, '.cause')).toEqual(['Host was asleep']);
    expect(summary(shown)).toMatch(/; Host was asleep$/);
  });

  it('says when the history begins', async () => {
    const beginMs = nowMs - 30 * MINUTE_MS;
    respond = (question) =>
      new Response(
        pretendBytes(
          { nowMs, spikeMs: 0, series: question.metrics },
          { ...question, fromMs: Math.max(beginMs, question.fromMs), points: 180 },
        ),
      );
    const shown = await laneAt('', { oldestMs: beginMs });
    await expect
      .poll(() => texts(shown, '.cause'))
      .toEqual([expect.stringMatching(/^History begins \d\d:\d\d$/)]);
  });

  it('says why there is no past, and asks again', async () => {
    let refusals = 1;
    const answer = respond;
    respond = (question) => {
      if (refusals === 0) return answer(question);
      refusals -= 1;
      return Response.json({ error: 'Too much at once.', retryMs: 10 }, { status: 503 });
    };
    const shown = await laneAt();
    await expect.poll(() => summary(shown)).toMatch(/97\.0 %/);
    expect(questions.length).toBe(2);
    respond = () => Response.json({ error: 'Not for this token.' }, { status: 403 });
    shown.state.connection.token.set('other');
    await expect
      .poll(() => texts(shown, '[role=status]'))
      .toEqual(['The past could not be loaded: Not for this token']);
    await expectAccessible(shown.lane);
  });

  it('asks for nothing while it is not shown', async () => {
    const shown = await laneAt();
    await expect.poll(() => questions).toHaveLength(1);
    shown.lane.remove();
    shown.lane.hidden = true;
    document.body.append(shown.lane);
    shown.state.connection.token.set('other');
    await shown.lane.updateComplete;
    expect(questions).toHaveLength(1);
  });
});

describe('the frame of the lane', () => {
  it('is moved by its body, and back to live at the end', async () => {
    const shown = await laneAt('?window=5m');
    const entries = history.length;
    await drag(shown.lane, 575, 275);
    expect(ago(shown)).toEqual([35, 30]);
    await expect.poll(() => said(shown)).toMatch(/ – /);
    await drag(shown.lane, 275, 375);
    expect(ago(shown)).toEqual([25, 20]);
    expect(history.length).toBe(entries + 1);
    await drag(shown.lane, 375, 590);
    expect(shown.state.time.value).toMatchObject({ range: null, span: '5m' });
  });

  it('is zoomed by its edges', async () => {
    const shown = await laneAt('?window=5m');
    await drag(shown.lane, 200, 300);
    await drag(shown.lane, 300, 400);
    expect(ago(shown)).toEqual([40, 20]);
    await drag(shown.lane, 200, 100);
    expect(ago(shown)).toEqual([50, 20]);
  });

  it('chooses the nearest window by its begin while it is live', async () => {
    const shown = await laneAt();
    await drag(shown.lane, 580, 540);
    expect(shown.state.time.value).toMatchObject({ range: null, span: '5m' });
    expect(location.search).toBe('?window=5m');
  });

  it('is centred by a click, and is live again after a double click', async () => {
    const shown = await laneAt('?window=5m');
    await userEvent.click(shown.lane, { position: { x: 300, y: 10 } });
    expect(ago(shown)).toEqual([32.5, 27.5]);
    await userEvent.dblClick(shown.lane, { position: { x: 100, y: 10 } });
    expect(shown.state.time.value.range).toBeNull();
  });

  it('is put around what is marked beside it, with a preview', async () => {
    const shown = await laneAt();
    const marked: unknown[] = [];
    shown.lane.addEventListener('rangemark', ({ detail }) => marked.push(detail));
    await drag(shown.lane, 400, 200);
    expect(ago(shown)).toEqual([40, 20]);
    expect(marked.length).toBeGreaterThan(2);
    expect(marked.at(-1)).toBeNull();
  });

  it('shows samples that the agent holds where there is no history', async () => {
    const shown = await laneAt('?window=1m', null);
    await drag(shown.lane, 595, 500);
    const { pause, time } = shown.state;
    expect([time.value.range, pause.isPaused.value]).toEqual([null, true]);
    expect(Math.round((nowMs - (pause.zoom.value?.toMs ?? 0)) / 1000)).toBe(570);
    await userEvent.dblClick(shown.lane, { position: { x: 100, y: 10 } });
    expect([pause.zoom.value, pause.isPaused.value]).toEqual([null, false]);
  });

  it('stands still while the charts are paused, and says so', async () => {
    const shown = await laneAt('?window=5m');
    shown.state.pause.toggle();
    await expect.poll(() => said(shown)).toMatch(/^Paused, /);
    const { translate } = shown.frame().style;
    sample(shown.state, nowMs + 5 * MINUTE_MS);
    await expect
      .poll(() => Number.parseFloat(shown.frame().style.translate))
      .toBeLessThan(Number.parseFloat(translate) - 40);
  });

  it('follows keys', async () => {
    const shown = await laneAt('?window=5m');
    shown.frame().focus();
    await userEvent.keyboard('{ArrowLeft}');
    expect(ago(shown)).toEqual([7.5, 2.5]);
    await userEvent.keyboard('{PageDown}');
    expect(ago(shown)).toEqual([12.5, 7.5]);
    await expect.poll(() => said(shown)).toMatch(/ – /);
    await userEvent.keyboard('{Shift>}{ArrowLeft}{/Shift}');
    expect(ago(shown)).toEqual([15, 5]);
    await userEvent.keyboard('+');
    expect(ago(shown)).toEqual([12.5, 7.5]);
    await userEvent.keyboard('{Home}');
    expect(ago(shown)).toEqual([60, 55]);
    await userEvent.keyboard('{End}');
    expect(ago(shown)).toEqual([]);
    await userEvent.keyboard('{ArrowLeft}{Escape}');
    expect(ago(shown)).toEqual([]);
    await userEvent.keyboard('{ArrowLeft}{ArrowRight}');
    expect(ago(shown)).toEqual([]);
  });
});

describe('marks of the lane', () => {
  const mark = (minutesAgo: number, level: Mark['level'], label: string): Mark => ({
    timestampMs: nowMs - minutesAgo * MINUTE_MS,
    level,
    label,
    metric: null,
  });

  it('are buttons that go there, with words where they fit', async () => {
    const shown = await laneAt();
    shown.state.marks.set({
      marks: [
        mark(50, 'event', 'Host was restarted'),
        mark(20, 'trouble', '<b>Disk</b> full'),
        mark(19.5, 'note', 'Kim'),
      ],
      fired: [
        { fromMs: nowMs - 20 * MINUTE_MS, toMs: null, level: 'trouble', metric: null, label: 'Disk full' },
      ],
    });
    await expect.poll(() => texts(shown, 'li button')).toEqual(['Host was restarted', '<b>Disk</b> full']);
    const buttons = [...(shown.lane.shadowRoot?.querySelectorAll('button') ?? [])];
    expect(buttons.map(({ ariaLabel }) => ariaLabel)).toEqual([
      expect.stringMatching(/^Host was restarted, \d\d:\d\d$/),
      expect.stringMatching(/^<b>Disk<\/b> full, \d\d:\d\d, and 1 more$/),
    ]);
    expect(buttons.map(({ tabIndex }) => tabIndex)).toEqual([0, -1]);
    const bar = shown.lane.shadowRoot?.querySelector<HTMLElement>('.fired.trouble');
    expect([bar?.style.width, bar?.title]).toEqual(['200px', 'Disk full']);
    await expectAccessible(shown.lane);
    buttons[0]?.focus();
    await userEvent.keyboard('{ArrowRight}{Enter}');
    expect(ago(shown)).toEqual([20.5, 19.5]);
  });

  it('are asked for as far as the lane reaches', async () => {
    const { state } = await laneAt('?window=24h');
    await expect
      .poll(() => state.marks.wanted.value)
      .toEqual({
        fromMs: nowMs - 7 * 24 * HOUR_MS,
        toMs: nowMs,
        isPresent: true,
      });
  });
});
