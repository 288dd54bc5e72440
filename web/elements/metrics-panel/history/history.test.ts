import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import type { HistoryQuestion } from '../../../client/history.ts';
import { expectAccessible } from '../../../testing/accessibility.ts';
import { mount, unmountAll } from '../../../testing/mount.ts';
import { interceptHistory, pretendBytes } from '../../../testing/pretend-history.ts';
import type { MetricChart } from '../../metric-chart/metric-chart.ts';
import type { HistoryStatus } from '../feed/history-status.ts';
import { SeriesBuffer } from '../feed/shown-samples.ts';
import '../metrics-panel.ts';
import type { MetricsPanel } from '../metrics-panel.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let spikeMs: number;
let questions: HistoryQuestion[];
/** Resolves the answers that are held back. */
let holds: (() => void)[];
let isHeld: boolean;
let refusal: { readonly status: number; readonly error: string } | null;
/** Metrics that the history does not know: it refuses whoever asks for one. */
let unknown: readonly string[];

beforeEach(() => {
  spikeMs = Date.now() - 9 * HOUR_MS;
  holds = [];
  isHeld = false;
  refusal = null;
  unknown = [];
  questions = interceptHistory(async (question) => {
    if (isHeld)
      await new Promise<void>((resolve) => {
        holds.push(resolve);
      });
    if (refusal !== null)
      return new Response(JSON.stringify({ error: refusal.error }), {
        status: refusal.status,
        headers: { 'Content-Type': 'application/json' },
      });
    const bad = question.metrics.find((name) => unknown.includes(name));
    if (bad !== undefined)
      return new Response(JSON.stringify({ error: `Unknown metric: ${bad}`, code: 'unknown_metric' }), {
        status: 404,
        headers: { 'Content-Type': 'application/json' },
      });
    const nowMs = Date.now();
    const gap = { fromTs: nowMs - 5 * HOUR_MS, toTs: nowMs - 4 * HOUR_MS, reason: 'suspend' };
    return new Response(pretendBytes({ nowMs, spikeMs, gap }, question));
  });
});
afterEach(() => {
  unmountAll();
  vi.restoreAllMocks();
});

async function show(prepare: (panel: MetricsPanel) => void = () => {}): Promise<MetricsPanel> {
  return mount('metrics-panel', (element) => {
    element.src = inject('agentUrl');
    element.window = '24h';
    prepare(element);
  });
}

function chart(panel: MetricsPanel): MetricChart {
  const found = panel.shadowRoot?.querySelector('metric-chart');
  if (!found) throw new Error('no chart');
  return found;
}

const words = (panel: MetricsPanel): string =>
  panel.shadowRoot?.querySelector('metric-chart')?.shadowRoot?.querySelector('canvas')?.ariaLabel ?? '';
const textOf = (panel: MetricsPanel, selector: string): string =>
  panel.shadowRoot?.querySelector<HTMLElement>(selector)?.innerText ?? '';
const stateOf = (panel: MetricsPanel): string => panel.historyStatus.state;
const readings = (panel: MetricsPanel): string =>
  chart(panel).shadowRoot?.querySelector<HTMLElement>('.as-of')?.innerText ?? '';

async function nextSample(panel: MetricsPanel): Promise<readonly (number | null)[]> {
  return new Promise((resolve) => {
    panel.addEventListener('sample', ({ detail }) => resolve(detail.values), { once: true });
  });
}

describe('a window of 24 h', () => {
  it('shows the day with its spike and the cause of its gap, and the present value', async () => {
    const panel = await show();
    const told: HistoryStatus[] = [];
    panel.addEventListener('historychange', ({ detail }) => told.push(detail));
    await expect
      .poll(() => words(panel))
      .toMatch(
        /^CPU: .* %\. Lowest 10\.0 %, highest 97\.0 % in \d+ points\. Missing in between: Host was asleep$/,
      );
    expect(chart(panel).span).toEqual(panel.shownRange);
    const { fromMs = 0, toMs = 0 } = panel.shownRange ?? {};
    expect(toMs - fromMs).toBe(DAY_MS);
    expect(panel.historyStatus).toEqual({ state: 'shown', stepMs: chart(panel).intervalMs });
    expect(told.at(-1)).toEqual(panel.historyStatus);
    const { points = 0 } = questions[0] ?? {};
    expect(points).toBeGreaterThanOrEqual(300);
    expect(points).toBeLessThanOrEqual(1000);
    const values = await nextSample(panel);
    await expect.poll(() => chart(panel).current).toBeTypeOf('number');
    expect(values).toHaveLength(2);
    expect(panel.status.state).toBe('connected');
    await expectAccessible(panel);
  });

  it('draws nothing while only the present value changes', async () => {
    const panel = await show();
    await expect.poll(() => stateOf(panel)).toBe('shown');
    await expect.poll(() => chart(panel).image()).not.toBeNull();
    const { canvas } = chart(panel).image() ?? {};
    const clears = vi.spyOn(CanvasRenderingContext2D.prototype, 'clearRect');
    const before = chart(panel).revision;
    for (let count = 0; count < 4; count += 1) await nextSample(panel);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    expect(canvas).toBeDefined();
    // Only where no step was completed meanwhile.
    if (chart(panel).revision === before) expect(clears).not.toHaveBeenCalled();
  });

  it('reads the mean, and the lowest and highest of the step that is pointed at, with the date', async () => {
    const panel = await show();
    await expect.poll(() => stateOf(panel)).toBe('shown');
    await expect.poll(() => chart(panel).crosshair).not.toBeNull();
    chart(panel).crosshair?.moveTo(chart(panel).nearestTo(spikeMs));
    await expect.poll(() => readings(panel)).toMatch(/^at [A-Z][a-z]+ \d+, \d\d:\d\d, 10\.0–97\.0 %$/);
  });

  it('exports mean, lowest and highest', async () => {
    const panel = await show();
    await expect.poll(() => stateOf(panel)).toBe('shown');
    const [head = '', ...lines] = panel.exportCsv().trimEnd().split('\r\n');
    expect(head).toBe(
      'time,cpu (percent),cpu min (percent),cpu max (percent),memory (percent),memory min (percent),memory max (percent)',
    );
    expect(lines.length).toBeGreaterThan(200);
    expect(lines.filter((line) => line.endsWith('Z,20,10,97,20,10,97'))).toHaveLength(1);
  });

  it('stands still while the panel is paused', async () => {
    const panel = await show();
    await expect.poll(() => stateOf(panel)).toBe('shown');
    panel.pause();
    await panel.updateComplete;
    const { samples, span } = chart(panel);
    const { length } = questions;
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + HOUR_MS);
    for (let count = 0; count < 3; count += 1) await nextSample(panel);
    await panel.updateComplete;
    expect(chart(panel).samples).toBe(samples);
    expect(chart(panel).span).toBe(span);
    expect(questions).toHaveLength(length);
    expect(chart(panel).frozen).toBe(true);
  });

  it('shows live samples on the axis of the day, and that the past is coming, until it is there', async () => {
    isHeld = true;
    const panel = await show();
    await expect.poll(() => stateOf(panel)).toBe('loading');
    await expect.poll(() => panel.shownRange).not.toBeNull();
    await expect.poll(() => textOf(panel, '.coming')).toBe('Loading the past');
    await expectAccessible(panel);
    isHeld = false;
    for (const go of holds) go();
    await expect.poll(() => stateOf(panel)).toBe('shown');
    expect(panel.shadowRoot?.querySelector('.coming')).toBeNull();
  });

  it('is not fetched while the page is hidden', async () => {
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    const panel = await show();
    for (let count = 0; count < 4; count += 1) await nextSample(panel);
    await panel.updateComplete;
    expect(questions).toEqual([]);
    visibility.mockRestore();
    await expect.poll(() => stateOf(panel)).toBe('shown');
  });

  it('is shared by panels that ask for the same', async () => {
    await Promise.all([show(), show(), show()]);
    await expect
      .poll(() => [...document.querySelectorAll('metrics-panel')].map(stateOf))
      .toEqual(['shown', 'shown', 'shown']);
    expect(
      new Set(questions.map((question) => JSON.stringify([question.points, question.metrics]))).size,
    ).toBe(questions.length);
  });

  it('shows the past of the metrics that there are, and names those that there are not', async () => {
    unknown = ['nope'];
    const panel = await show((element) => {
      element.metrics = 'cpu,nope,memory';
    });
    await expect.poll(() => stateOf(panel)).toBe('shown');
    expect(questions.at(-1)?.metrics).toEqual(['cpu', 'memory']);
    expect(words(panel)).toMatch(/highest 97\.0 %/);
    expect(textOf(panel, '.missing')).toBe('Not shown here: nope');
  });

  it('does not say that there is no history when it has none of a metric', async () => {
    unknown = ['cpu', 'memory'];
    const panel = await show();
    await expect
      .poll(() => textOf(panel, '.past'))
      .toMatch(/^The past could not be loaded: Unknown metric: cpu/);
    expect(stateOf(panel)).toBe('failed');
  });

  it('says so when the agent keeps no history, and shows live samples', async () => {
    refusal = { status: 404, error: 'This host keeps no history' };
    const panel = await show();
    await expect
      .poll(() => textOf(panel, '.past'))
      .toBe('This agent keeps no history. These are its newest samples.');
    await expect.poll(() => words(panel)).toMatch(/in \d+ samples$/);
    await expectAccessible(panel);
  });

  it('says why the past could not be loaded, and that it retries', async () => {
    refusal = { status: 503, error: 'The history is being opened' };
    const panel = await show();
    await expect
      .poll(() => textOf(panel, '.past'))
      .toBe('The past could not be loaded: The history is being opened. Retrying automatically.');
    refusal = null;
    await expect.poll(() => stateOf(panel)).toBe('shown');
    await expect.poll(() => textOf(panel, '.past')).toBe('');
  });

  it('goes on after the panel was moved in the page', async () => {
    const panel = await show();
    await expect.poll(() => stateOf(panel)).toBe('shown');
    const { length } = questions;
    const box = document.createElement('section');
    document.body.append(box);
    box.append(panel);
    await nextSample(panel);
    expect(stateOf(panel)).toBe('shown');
    expect(questions).toHaveLength(length);
    panel.remove();
    await expect.poll(() => stateOf(panel)).toBe('live');
  });
});

describe('the past of a host', () => {
  /** Nothing listens there. */
  const NOWHERE = 'http://127.0.0.1:9';

  it('is asked for at once where it is that of the agent', async () => {
    await show((element) => {
      element.src = NOWHERE;
    });
    await expect.poll(() => questions.map(({ host }) => host)).toEqual([undefined]);
  });

  it('is asked for by the id of the host once that is known, if the panel names one', async () => {
    const own = await show();
    await expect.poll(() => own.shownHost?.id).not.toBe(undefined);
    const { id = '', label = '' } = own.shownHost ?? {};
    const named = await show((element) => {
      element.src = NOWHERE;
      element.host = label;
    });
    await show((element) => {
      element.src = NOWHERE;
    });
    await expect.poll(() => questions.map(({ host }) => host)).toEqual([undefined, undefined]);
    named.src = inject('agentUrl');
    await expect.poll(() => questions.map(({ host }) => host)).toEqual([undefined, undefined, id]);
  });
});

describe('a range', () => {
  it('shows the coarse points at once, and the finer ones when they have come', async () => {
    const panel = await show();
    await expect.poll(() => stateOf(panel)).toBe('shown');
    const coarse = chart(panel).samples;
    isHeld = true;
    const range = { fromMs: spikeMs - 300_000, toMs: spikeMs + 300_000 };
    panel.range = range;
    await panel.updateComplete;
    await chart(panel).updateComplete;
    expect(chart(panel).samples).toBe(coarse);
    expect(chart(panel).span).toBe(range);
    expect(stateOf(panel)).toBe('loading');
    isHeld = false;
    for (const go of holds) go();
    await expect.poll(() => stateOf(panel)).toBe('shown');
    expect(chart(panel).intervalMs).toBeLessThanOrEqual(2000);
    expect(panel.shownRange).toBe(range);
    expect(chart(panel).current).toBeUndefined();
    expect(readings(panel)).toMatch(/^at /);
    isHeld = true;
    panel.resume();
    await panel.updateComplete;
    await chart(panel).updateComplete;
    expect(panel.range).toBeNull();
    // Its points of before are there at once, while the new ones come.
    expect(chart(panel).samples).toBe(coarse);
    isHeld = false;
    for (const go of holds) go();
    await expect.poll(() => (panel.shownRange?.toMs ?? 0) - (panel.shownRange?.fromMs ?? 0)).toBe(DAY_MS);
  });

  it('is never replaced by the late answer to an earlier one', async () => {
    const panel = await show();
    await expect.poll(() => stateOf(panel)).toBe('shown');
    isHeld = true;
    panel.range = { fromMs: spikeMs - 3 * HOUR_MS, toMs: spikeMs + 3 * HOUR_MS };
    await panel.updateComplete;
    await expect.poll(() => holds.length).toBe(1);
    isHeld = false;
    const range = { fromMs: spikeMs - 60_000, toMs: spikeMs + 60_000 };
    panel.range = range;
    await expect.poll(() => stateOf(panel)).toBe('shown');
    holds[0]?.();
    await nextSample(panel);
    await panel.updateComplete;
    expect(panel.shownRange).toBe(range);
    expect(chart(panel).samples?.timestampAt(0)).toBeGreaterThan(spikeMs - 70_000);
  });

  it('that live samples hold is shown from them, and stands still', async () => {
    const panel = await show((element) => {
      element.window = null;
    });
    await expect.poll(() => chart(panel).samples?.length).toBe(20);
    const { samples } = chart(panel);
    const range = { fromMs: samples?.timestampAt(5) ?? 0, toMs: samples?.timestampAt(9) ?? 0 };
    panel.range = range;
    await panel.updateComplete;
    const held = chart(panel).samples;
    await nextSample(panel);
    await panel.updateComplete;
    expect(chart(panel).samples).toBe(held);
    await expect.poll(() => words(panel)).toMatch(/paused.* in 5 samples/);
    expect(questions).toEqual([]);
  });

  it.each([
    { tables: 'processes', asks: 'is asked for all the same, for its processes', count: 1 },
    { tables: null, asks: 'is shown from them where no table is', count: 0 },
  ])('that live samples of an earlier run of the agent hold $asks', async ({ tables, count }) => {
    const panel = await show((element) => {
      element.window = null;
      element.tables = tables;
    });
    await expect.poll(() => chart(panel).samples?.length).toBe(20);
    const { samples } = chart(panel);
    const timeAt = (index: number): number => samples?.timestampAt(index) ?? 0;
    const restart = { from: 1, to: 0, fromMs: timeAt(8), toMs: timeAt(9), reason: 'agent_restart' };
    vi.spyOn(SeriesBuffer.prototype, 'gaps', 'get').mockReturnValue([restart]);
    panel.range = { fromMs: timeAt(5), toMs: timeAt(8) };
    await expect.poll(() => chart(panel).span).toEqual(panel.range);
    await panel.updateComplete;
    await expect.poll(() => questions.length).toBe(count);
  });
});

describe('a time in the past', () => {
  const sheet = (panel: MetricsPanel): string =>
    (panel.shadowRoot?.querySelector<HTMLElement>('aside')?.innerText ?? '') +
    (panel.shadowRoot?.querySelector('aside process-table')?.shadowRoot?.textContent ?? '');

  it('shows the processes of the worst second of its step, and tells screen readers', async () => {
    const panel = await show((element) => {
      element.tables = 'processes';
    });
    await expect.poll(() => stateOf(panel)).toBe('shown');
    await expect.poll(() => chart(panel).selectable).toBe(true);
    const told: (number | null)[] = [];
    panel.addEventListener('momentchange', ({ detail }) => told.push(detail));
    const stepMs = chart(panel).intervalMs;
    panel.moment = Math.floor(spikeMs / stepMs) * stepMs + 5;
    await expect.poll(() => sheet(panel)).toContain('culprit');
    expect(sheet(panel)).toMatch(/CPU at (?:[A-Z][a-z]+ \d+, )?\d\d:\d\d: 20\.0 % \(10\.0–97\.0 %\)/);
    await expect.poll(() => textOf(panel, '.said')).toContain('culprit');
    expect(told).toEqual([Math.floor(spikeMs / stepMs) * stepMs]);
    expect(questions.filter(({ tables }) => tables.length > 0)).toHaveLength(1);
    await expectAccessible(panel);
    panel.moment = null;
    await expect.poll(() => sheet(panel)).toBe('');
    expect(told.at(-1)).toBeNull();
  });

  it('is closed, not left for the present, in a fixed range', async () => {
    const panel = await show((element) => {
      element.tables = 'processes';
      element.range = { fromMs: spikeMs - HOUR_MS, toMs: spikeMs + HOUR_MS };
      element.moment = spikeMs;
    });
    await expect.poll(() => sheet(panel)).toContain('culprit');
    expect(textOf(panel, 'aside button')).toBe('Close');
  });
});

describe('window', () => {
  it('of up to 15 minutes takes live samples, as many as the interval gives', async () => {
    const panel = await show((element) => {
      element.window = '1m';
    });
    await expect.poll(() => chart(panel).points).toBe(240);
    expect(questions).toEqual([]);
    expect(stateOf(panel)).toBe('live');
  });

  it.each(['24 hours', '0h', 'h', '-1d', '1w', '1h30m'])(
    'of %s is refused, with what is expected',
    async (window) => {
      const panel = await show((element) => {
        element.window = window;
      });
      await expect.poll(() => textOf(panel, '.notice')).toContain(`window="${window}"`);
      expect(textOf(panel, '.notice')).toContain(
        'Expected a number followed by m, h, d or y, like 15m, 24h or 30d',
      );
      await expectAccessible(panel);
    },
  );
});

describe('the history of a real agent', () => {
  beforeEach(() => {
    vi.restoreAllMocks();
  });

  it('is shown, and goes on by itself', async () => {
    const panel = await show((element) => {
      element.metrics = 'cpu,memory,load.*';
      element.window = '1h';
    });
    await expect.poll(() => panel.historyStatus).toMatchObject({ state: 'shown' });
    const newestMs = (): number => {
      const { samples } = chart(panel);
      return samples === null || samples.length === 0 ? 0 : samples.timestampAt(samples.length - 1);
    };
    await expect.poll(newestMs).toBeGreaterThan(0);
    expect(chart(panel).span).toEqual(panel.shownRange);
    const { toMs = 0 } = panel.shownRange ?? {};
    const before = newestMs();
    await expect.poll(newestMs).toBeGreaterThan(before);
    expect(panel.shownRange?.toMs).toBeGreaterThan(toMs);
  });

  it('has the processes of a moment', async () => {
    const panel = await show((element) => {
      element.tables = 'processes';
      element.window = '1h';
    });
    await expect.poll(() => stateOf(panel)).toBe('shown');
    await expect.poll(() => chart(panel).selectable).toBe(true);
    await expect.poll(() => chart(panel).nearestTo(Date.now())).not.toBeNull();
    panel.moment = Date.now();
    const rows = (): number =>
      panel.shadowRoot?.querySelector('aside process-table')?.shadowRoot?.querySelectorAll('tbody tr')
        .length ?? 0;
    await expect.poll(rows).toBeGreaterThan(0);
  });
});
