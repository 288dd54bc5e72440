import { afterEach, describe, expect, it, vi } from 'vitest';
import { TimeWindow } from '../../../shared/time-window.ts';
import { RollingLineChart } from '../../charts/rolling-line-chart.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import { Crosshair } from './crosshair.ts';
import './metric-chart.ts';
import type { MetricChart } from './metric-chart.ts';

const START_MS = Date.UTC(2026, 0, 1, 12);

/** Samples of one series, with a value per second; `undefined`: no sample in that second. */
function samplesOf(values: readonly (number | null | undefined)[]): TimeWindow {
  const samples = new TimeWindow(20, 1);
  for (const [second, value] of values.entries()) {
    if (value !== undefined) samples.push(START_MS + second * 1000, [value]);
  }
  return samples;
}

async function show(values: readonly (number | null | undefined)[]): Promise<MetricChart> {
  const chart = await mount('metric-chart', (element) => {
    Object.assign(element, { label: 'CPU', unit: 'percent', min: 0, max: 100, samples: samplesOf(values) });
    element.style.cssText = 'width: 420px; --mp-line: rgb(255, 0, 0); --mp-grid: rgb(0, 0, 255)';
  });
  // It draws once the observer has reported it as visible.
  if (values.length > 0) await expect.poll(() => redPixels(chart)).toBeGreaterThan(0);
  return chart;
}

function canvasOf(chart: MetricChart): HTMLCanvasElement {
  const canvas = chart.shadowRoot?.querySelector('canvas');
  if (!canvas) throw new Error('no canvas');
  return canvas;
}

interface Pixel {
  readonly row: number;
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

/** The pixels in the columns `from` to `to` (fractions of the width). */
function pixelsOf(chart: MetricChart, from: number, to: number): Pixel[] {
  const canvas = canvasOf(chart);
  const left = Math.floor(canvas.width * from);
  const width = Math.max(1, Math.floor(canvas.width * (to - from)));
  const bytes = canvas.getContext('2d')?.getImageData(left, 0, width, Math.max(1, canvas.height)).data ?? [];
  return Array.from({ length: bytes.length / 4 }, (_, index) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = bytes.slice(index * 4, index * 4 + 4);
    return { row: Math.floor(index / width), red, green, blue, alpha };
  });
}

/** Whether a pixel is of the line: it is denser than the fill below. */
function isLine({ red, green, alpha }: Pixel): boolean {
  return red > 200 && green < 60 && alpha > 110;
}

function redPixels(chart: MetricChart, from = 0, to = 1): number {
  return pixelsOf(chart, from, to).filter(isLine).length;
}

/** Whether a pixel is of the grid or the hatching, which are blue here. */
function bluePixels(chart: MetricChart, from: number, to: number): number {
  return pixelsOf(chart, from, to).filter(({ red, blue, alpha }) => blue > 150 && red < 100 && alpha > 60)
    .length;
}

function textOf(chart: MetricChart, selector: string): string | undefined {
  return chart.shadowRoot?.querySelector(selector)?.textContent.trim();
}

/** The chart's own observer is notified in the same frame as this one, in either order: one task later, both have been. */
async function untilOffScreen(chart: MetricChart): Promise<void> {
  await new Promise<void>((resolve) => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.at(-1)?.isIntersecting !== false) return;
      observer.disconnect();
      setTimeout(resolve);
    });
    observer.observe(chart);
  });
}

const TWENTY = Array.from({ length: 20 }, (_, second) => 20 + second);

afterEach(unmountAll);

describe('metric-chart', () => {
  it('renders by default: empty, 20 points, waiting', async () => {
    const chart = await mount('metric-chart');
    expect(chart.points).toBe(20);
    expect(textOf(chart, '.empty')).toBe('Waiting for the first sample');
    expect(textOf(chart, '.value')).toBe('–');
  });

  it.each([
    ['empty', []],
    ['full', TWENTY],
    ['unknown at the end', [1, 2, null]],
  ])('is accessible when %s', async (_, values) => {
    await expectAccessible(await show(values));
  });

  it('has no image before it is rendered', () => {
    expect(document.createElement('metric-chart').image()).toBeNull();
  });

  it('shows title, current value and unit', async () => {
    const chart = await show(TWENTY);
    expect(textOf(chart, '.label')).toBe('CPU');
    expect(textOf(chart, '.value')).toBe('39.0%');
  });

  it('has a text alternative', async () => {
    const chart = await show(TWENTY);
    expect(canvasOf(chart).getAttribute('aria-label')).toBe(
      'CPU: 39.0 %. Lowest 20.0 %, highest 39.0 % in 20 samples',
    );
  });

  it('shows an unknown value as unknown, not as 0 or the previous one', async () => {
    const chart = await show([50, 50, null]);
    expect(textOf(chart, '.value')).toBe('–');
  });

  it('draws a line across the whole width once its window is full', async () => {
    const chart = await show(TWENTY);
    for (const from of [0.2, 0.4, 0.6, 0.8]) expect(redPixels(chart, from, from + 0.1)).toBeGreaterThan(0);
  });

  it('draws a gap where values are unknown or samples are missing', async () => {
    for (const hole of [null, undefined]) {
      const values = TWENTY.map((value, second) => (second >= 8 && second <= 12 ? hole : value));
      const chart = await show(values);
      expect(redPixels(chart, 0.2, 0.3)).toBeGreaterThan(0);
      expect(redPixels(chart, 0.58, 0.62)).toBe(0);
      expect(redPixels(chart, 0.85, 0.95)).toBeGreaterThan(0);
      unmountAll();
    }
  });

  it('hatches a gap, and nothing else', async () => {
    const whole = bluePixels(await show(TWENTY), 0.55, 0.65);
    unmountAll();
    const withHole = TWENTY.map((value, second) => (second >= 8 && second <= 12 ? null : value));
    expect(bluePixels(await show(withHole), 0.55, 0.65)).toBeGreaterThan(whole * 3);
  });

  it('marks the newest point', async () => {
    const rowsOf = (from: number, to: number): number =>
      new Set(
        pixelsOf(chart, from, to)
          .filter(isLine)
          .map(({ row }) => row),
      ).size;
    const chart = await show(Array(20).fill(50));
    expect(rowsOf(0.98, 1)).toBeGreaterThan(rowsOf(0.5, 0.6) + 2);
  });

  it('summarises only what it shows', async () => {
    const chart = await show([99, ...Array<undefined>(25), 10, 12]);
    expect(canvasOf(chart).getAttribute('aria-label')).toBe(
      'CPU: 12.0 %. Lowest 10.0 %, highest 12.0 % in 2 samples. Missing in between: No samples',
    );
  });

  it('places samples by time, so a young agent fills the chart from the right', async () => {
    const chart = await show([50, 50, 50]);
    expect(redPixels(chart, 0.2, 0.7)).toBe(0);
    expect(redPixels(chart, 0.9, 1)).toBeGreaterThan(0);
  });

  it('moves with its window', async () => {
    const chart = await show(TWENTY);
    const before = canvasOf(chart).toDataURL();
    chart.samples?.push(START_MS + 20_000, [90]);
    chart.revision += 1;
    await chart.updateComplete;
    expect(textOf(chart, '.value')).toBe('90.0%');
    expect(canvasOf(chart).toDataURL()).not.toBe(before);
  });

  it('does not draw off the screen, and is up to date when it comes back', async () => {
    const chart = await show(TWENTY);
    chart.style.marginTop = '5000px';
    await untilOffScreen(chart);
    const before = canvasOf(chart).toDataURL();
    chart.samples?.push(START_MS + 20_000, [90]);
    chart.revision += 1;
    await chart.updateComplete;
    expect(canvasOf(chart).toDataURL()).toBe(before);
    chart.style.marginTop = '0';
    await expect.poll(() => canvasOf(chart).toDataURL()).not.toBe(before);
  });

  it('rewrites its text alternative only every few seconds off the screen', async () => {
    const chart = await show(TWENTY);
    chart.style.marginTop = '5000px';
    await untilOffScreen(chart);
    const render = vi.spyOn(chart as unknown as { render: () => unknown }, 'render');
    const later = async (value: number, afterMs: number): Promise<void> => {
      const { samples } = chart;
      samples?.push(samples.timestampAt(samples.length - 1) + 1000, [value]);
      chart.revision += 1;
      const now = performance.now() + afterMs;
      const clock = vi.spyOn(performance, 'now').mockReturnValue(now);
      await chart.updateComplete;
      clock.mockRestore();
    };
    await later(90, 0);
    expect(render).not.toHaveBeenCalled();
    await later(91, 10_000);
    expect(render).not.toHaveBeenCalled();
    await later(91, 16_000);
    expect(render).toHaveBeenCalledTimes(1);
    expect(textOf(chart, '.value')).toBe('91.0%');
    expect(canvasOf(chart).getAttribute('aria-label')).toMatch(/^CPU: 91/);
    chart.style.marginTop = '0';
    await later(92, 0);
    await expect.poll(() => textOf(chart, '.value')).toBe('92.0%');
  });

  it('skips layout and paint off the screen, keeps its size, and clips nothing on it', async () => {
    const chart = await show(TWENTY);
    const skipped = () => getComputedStyle(chart).contentVisibility;
    const { height } = chart.getBoundingClientRect();
    expect(skipped()).toBe('visible');
    chart.style.marginTop = '5000px';
    await expect.poll(skipped).toBe('auto');
    expect(chart.getBoundingClientRect().height).toBe(height);
    window.dispatchEvent(new Event('beforeprint'));
    expect(skipped()).toBe('visible');
    window.dispatchEvent(new Event('afterprint'));
    expect(skipped()).toBe('auto');
    chart.style.marginTop = '0';
    await expect.poll(skipped).toBe('visible');
  });

  it('has a text alternative before it was on the screen', async () => {
    const chart = await mount('metric-chart', (element) => {
      Object.assign(element, { label: 'CPU', unit: 'percent' });
      element.style.cssText = 'display: block; margin-top: 5000px';
      element.samples = samplesOf([]);
    });
    await untilOffScreen(chart);
    chart.samples?.push(START_MS, [42]);
    chart.revision += 1;
    await chart.updateComplete;
    expect(textOf(chart, '.value')).toBe('42.0%');
    expect(textOf(chart, '.empty')).toBeUndefined();
    expect(canvasOf(chart).getAttribute('aria-label')).toMatch(/^CPU: 42/);
  });

  it('prints complete and up to date', async () => {
    const chart = await show(TWENTY);
    chart.style.marginTop = '5000px';
    await untilOffScreen(chart);
    const before = canvasOf(chart).toDataURL();
    chart.samples?.push(START_MS + 20_000, [90]);
    chart.revision += 1;
    chart.style.setProperty('--mp-line', 'rgb(0, 0, 0)');
    await chart.updateComplete;
    window.dispatchEvent(new Event('beforeprint'));
    // Not awaited: the browser prints as soon as the event was handled.
    expect(redPixels(chart)).toBe(0);
    expect(textOf(chart, '.value')).toBe('90.0%');
    expect(canvasOf(chart).toDataURL()).not.toBe(before);
    window.dispatchEvent(new Event('afterprint'));
  });

  describe('a stretch of time', () => {
    it('is shown and summarised instead of the newest points', async () => {
      const chart = await show(TWENTY);
      const before = canvasOf(chart).toDataURL();
      chart.span = { fromMs: START_MS + 4500, toMs: START_MS + 9500 };
      chart.frozen = true;
      await chart.updateComplete;
      expect(canvasOf(chart).toDataURL()).not.toBe(before);
      expect(canvasOf(chart).getAttribute('aria-label')).toBe(
        'CPU: 29.0 %, paused. Lowest 25.0 %, highest 29.0 % in 5 samples',
      );
      expect(textOf(chart, '.value')).toBe('29.0%');
      expect(textOf(chart, '.as-of')).toMatch(/^at .*:00:09/);
    });

    it('keeps the causes of its gaps', async () => {
      const chart = await show(TWENTY.map((value, second) => (second === 10 ? null : value)));
      chart.gaps = [{ from: 11, to: 11, fromMs: START_MS + 9500, toMs: START_MS + 10_500, reason: 'stall' }];
      chart.span = { fromMs: START_MS + 8000, toMs: START_MS + 13_000 };
      await chart.updateComplete;
      expect(canvasOf(chart).getAttribute('aria-label')).toContain('Missing in between: Agent stalled');
      chart.span = { fromMs: START_MS + 12_000, toMs: START_MS + 15_000 };
      await chart.updateComplete;
      expect(canvasOf(chart).getAttribute('aria-label')).not.toContain('Missing');
    });
  });

  describe('the crosshair', () => {
    async function pair(): Promise<[MetricChart, MetricChart]> {
      const charts = [await show(TWENTY), await show(TWENTY.map((value) => value * 2))] as const;
      const crosshair = new Crosshair();
      for (const chart of charts) {
        chart.crosshair = crosshair;
        await chart.updateComplete;
      }
      return [...charts];
    }
    function point(chart: MetricChart, type: string, fraction: number, init: PointerEventInit = {}): void {
      const { left, top, width, height } = canvasOf(chart).getBoundingClientRect();
      canvasOf(chart).dispatchEvent(
        new PointerEvent(type, { clientX: left + width * fraction, clientY: top + height / 2, ...init }),
      );
    }
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    const isMarked = (chart: MetricChart): boolean =>
      chart.shadowRoot?.querySelector<HTMLElement>('.hair')?.hidden === false;

    it('marks the time under the pointer on all charts, with value and time, until the pointer leaves', async () => {
      const charts = await pair();
      point(charts[0], 'pointermove', 0.99);
      await expect.poll(() => charts.map((chart) => textOf(chart, '.value'))).toEqual(['39.0%', '78.0%']);
      point(charts[0], 'pointermove', 0.01);
      await expect.poll(() => charts.map((chart) => textOf(chart, '.value'))).toEqual(['20.0%', '40.0%']);
      expect(charts.map((chart) => textOf(chart, '.as-of')?.slice(-5))).toEqual(['00:00', '00:00']);
      expect(charts.map(isMarked)).toEqual([true, true]);
      await expectAccessible(charts[1]);
      point(charts[0], 'pointerleave', 0.01);
      await expect.poll(() => charts.map(isMarked)).toEqual([false, false]);
      expect(charts.map((chart) => textOf(chart, '.value'))).toEqual(['39.0%', '78.0%']);
      expect(textOf(charts[1], '.as-of')).toBeUndefined();
    });

    it('renders each chart at most once per frame, without drawing', async () => {
      const charts = await pair();
      const render = vi.spyOn(charts[1] as unknown as { render: () => unknown }, 'render');
      const draw = vi.spyOn(RollingLineChart.prototype, 'draw');
      for (let move = 0; move < 50; move += 1) point(charts[0], 'pointermove', 0.3 + move / 100);
      await frame();
      await charts[1].updateComplete;
      expect(render).toHaveBeenCalledTimes(1);
      expect(draw).not.toHaveBeenCalled();
      draw.mockRestore();
    });

    it('follows a finger until it is lifted', async () => {
      const charts = await pair();
      point(charts[0], 'pointerdown', 0.5, { pointerType: 'touch', buttons: 1 });
      await expect.poll(() => charts.map(isMarked)).toEqual([true, true]);
      const before = textOf(charts[1], '.value');
      point(charts[0], 'pointermove', 0.8, { pointerType: 'touch', buttons: 1 });
      await expect.poll(() => textOf(charts[1], '.value')).not.toBe(before);
      point(charts[0], 'pointerleave', 0.8, { pointerType: 'touch' });
      await expect.poll(() => charts.map(isMarked)).toEqual([false, false]);
    });

    it('follows the arrow keys on a chart that is not selectable, until that loses the focus', async () => {
      const charts = await pair();
      const read: number[] = [];
      charts[0].addEventListener('timeread', ({ detail }) => read.push((detail - START_MS) / 1000));
      charts[0].focus();
      for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'ArrowRight']) {
        charts[0].shadowRoot?.activeElement?.dispatchEvent(
          new KeyboardEvent('keydown', { key, bubbles: true }),
        );
      }
      expect(read).toEqual([19, 18, 17, 18]);
      await expect.poll(() => charts.map((chart) => textOf(chart, '.value'))).toEqual(['38.0%', '76.0%']);
      charts[0].blur();
      await expect.poll(() => charts.map(isMarked)).toEqual([false, false]);
    });

    it('goes away with the chart under the pointer', async () => {
      const crosshair = new Crosshair();
      const chart = await show(TWENTY);
      chart.crosshair = crosshair;
      await chart.updateComplete;
      canvasOf(chart).dispatchEvent(new PointerEvent('pointermove', { clientX: 200, clientY: 60 }));
      expect(crosshair.position.timestampMs).not.toBeNull();
      chart.remove();
      expect(crosshair.position.timestampMs).toBeNull();
    });

    it('stays under a pointer at rest while the line moves', async () => {
      const [chart] = await pair();
      point(chart, 'pointermove', 0.6);
      await expect.poll(() => isMarked(chart)).toBe(true);
      const before = chart.crosshair?.position.timestampMs ?? 0;
      chart.samples?.push(START_MS + 20_000, [90]);
      chart.revision += 1;
      await chart.updateComplete;
      expect(chart.crosshair?.position.timestampMs).toBe(before + 1000);
    });
  });

  describe('a selected time', () => {
    async function selectable(values = TWENTY): Promise<{ chart: MetricChart; chosen: number[] }> {
      const chart = await show(values);
      const chosen: number[] = [];
      chart.addEventListener('timeselect', ({ detail }) => {
        chosen.push(detail);
        chart.selectedMs = detail;
      });
      chart.selectable = true;
      await chart.updateComplete;
      return { chart, chosen };
    }
    const secondOf = (timestampMs: number | undefined): number => ((timestampMs ?? 0) - START_MS) / 1000;
    function click(chart: MetricChart, fraction: number): void {
      const { left, top, width, height } = canvasOf(chart).getBoundingClientRect();
      canvasOf(chart).dispatchEvent(
        new MouseEvent('click', { clientX: left + width * fraction, clientY: top + height / 2 }),
      );
    }
    async function press(chart: MetricChart, key: string): Promise<void> {
      chart.focus();
      chart.shadowRoot?.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      await chart.updateComplete;
    }

    it('is that of the sample nearest to a click', async () => {
      const { chart, chosen } = await selectable();
      for (const fraction of [0.01, 0.99]) click(chart, fraction);
      expect(chosen.map(secondOf)).toEqual([0, 19]);
      click(chart, 0.6);
      expect(secondOf(chosen[2])).toBeGreaterThan(5);
      expect(secondOf(chosen[2])).toBeLessThan(14);
    });

    it('shows its value and time, and a line', async () => {
      const { chart } = await selectable();
      const before = canvasOf(chart).toDataURL();
      chart.selectedMs = START_MS + 4000;
      await chart.updateComplete;
      expect(textOf(chart, '.value')).toBe('24.0%');
      expect(textOf(chart, '.as-of')).toMatch(/^at .*:00:04/);
      expect(canvasOf(chart).toDataURL()).not.toBe(before);
      await expectAccessible(chart);
    });

    it('moves with the arrow keys from the newest sample on, and stops at the ends', async () => {
      const { chart, chosen } = await selectable();
      for (const key of ['ArrowLeft', 'ArrowLeft', 'ArrowRight', 'ArrowRight', 'Enter'])
        await press(chart, key);
      expect(chosen.map(secondOf)).toEqual([19, 18, 19, 19]);
    });

    it('is no longer shown once it has left the chart', async () => {
      const { chart } = await selectable();
      chart.selectedMs = START_MS;
      for (const second of [20, 21]) chart.samples?.push(START_MS + second * 1000, [90]);
      chart.revision += 1;
      await chart.updateComplete;
      expect(textOf(chart, '.value')).toBe('90.0%');
      expect(textOf(chart, '.as-of')).toBeUndefined();
    });

    it('is impossible on a chart that is not selectable', async () => {
      const { chart, chosen } = await selectable();
      chart.selectable = false;
      await chart.updateComplete;
      click(chart, 0.5);
      expect(chosen).toEqual([]);
      expect(chart.shadowRoot?.querySelector('[tabindex]')).toBeNull();
    });
  });

  it('shows since when it is stale, and greys the value', async () => {
    const chart = await show(TWENTY);
    chart.stale = true;
    await chart.updateComplete;
    expect(textOf(chart, '.as-of')).toMatch(/^at .*:00:19/);
    expect(canvasOf(chart).getAttribute('aria-label')).toMatch(/^CPU: .*, not live since .*:00:19/);
  });

  it('says so in the tooltip of a sparkline, which has no room for the time', async () => {
    const chart = await show(TWENTY);
    chart.sparkline = true;
    await chart.updateComplete;
    const titles = () =>
      ['figure', '.label'].map((one) => chart.shadowRoot?.querySelector(one)?.getAttribute('title'));
    expect(titles()).toEqual([null, 'CPU']);
    chart.stale = true;
    await chart.updateComplete;
    const since = expect.stringMatching(/, not live since .*:00:19/);
    expect(titles()).toEqual([since, since]);
    await expectAccessible(chart);
    chart.stale = false;
    await chart.updateComplete;
    expect(titles()).toEqual([null, 'CPU']);
  });

  it('has its buttons beside the value, in a row that is there anyway', async () => {
    const chart = await show([10, 20]);
    const boxOf = (selector: string): DOMRect => {
      const box = chart.shadowRoot?.querySelector(selector)?.getBoundingClientRect();
      if (box === undefined) throw new Error(`no ${selector}`);
      return box;
    };
    for (const width of [300, 420, 600, 1000]) {
      chart.style.width = `${width}px`;
      const [tools, value, caption] = [boxOf('.tools'), boxOf('.value'), boxOf('figcaption')];
      expect(Math.abs(tools.right - value.left), `at ${width}`).toBeLessThan(1);
      expect([tools.top, tools.bottom]).toEqual([caption.top, caption.bottom]);
    }
  });

  it.each([
    ['', {}],
    ['where it is small, ', { compact: true }],
  ])('%sshows that time in full, beside or below the value, at any width', async (_, changes) => {
    const chart = await show(TWENTY);
    const samples = samplesOf([1023 * 2 ** 20]);
    Object.assign(chart, { unit: 'bytes/s', samples, max: 2 ** 30, stale: true, ...changes });
    await chart.updateComplete;
    const of = (selector: string): HTMLElement => {
      const found = chart.shadowRoot?.querySelector<HTMLElement>(selector);
      if (!found) throw new Error(`no ${selector}`);
      return found;
    };
    for (let width = 148; width <= 600; width += 4) {
      chart.style.width = `${width}px`;
      const [time, value, plot, caption] = ['.as-of', '.value', '.plot', 'figcaption'].map(of);
      expect(time?.scrollWidth, `cut off at ${width}`).toBeLessThanOrEqual(time?.clientWidth ?? 0);
      const text = document.createRange();
      text.selectNodeContents(value as Node);
      const [timeBox, textBox] = [time?.getBoundingClientRect(), text.getBoundingClientRect()];
      const isBeside = (timeBox?.right ?? 0) <= textBox.left || (timeBox?.left ?? 0) >= textBox.right;
      const isBelow = (timeBox?.top ?? 0) >= textBox.bottom - 4;
      expect(isBeside || isBelow, `over the value at ${width}`).toBe(true);
      expect(timeBox?.bottom, `over the plot at ${width}`).toBeLessThanOrEqual(
        (plot?.getBoundingClientRect().top ?? 0) + 1,
      );
      expect(caption?.scrollWidth, `too wide at ${width}`).toBeLessThanOrEqual(caption?.clientWidth ?? 0);
    }
  });

  it('follows the theme without a new sample', async () => {
    const chart = await show(TWENTY);
    chart.style.setProperty('--mp-line', 'rgb(0, 0, 255)');
    await expect.poll(() => redPixels(chart)).toBe(0);
  });

  it('has the current theme when it is shown again', async () => {
    const chart = await show(TWENTY);
    chart.style.display = 'none';
    await untilOffScreen(chart);
    chart.style.setProperty('--mp-line', 'rgb(0, 0, 255)');
    chart.style.display = '';
    await expect.poll(() => redPixels(chart)).toBe(0);
  });

  it('updates its text alternative every few seconds, and its value with each sample', async () => {
    const chart = await show(TWENTY);
    const label = canvasOf(chart).getAttribute('aria-label');
    const later = async (second: number, afterMs: number): Promise<void> => {
      const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + afterMs);
      chart.samples?.push(START_MS + second * 1000, [70 + second]);
      chart.revision += 1;
      await chart.updateComplete;
      clock.mockRestore();
    };
    await later(20, 0);
    expect(textOf(chart, '.value')).toBe('90.0%');
    expect(canvasOf(chart).getAttribute('aria-label')).toBe(label);
    await later(21, 6000);
    expect(canvasOf(chart).getAttribute('aria-label')).toMatch(/^CPU: 91/);
  });

  it('releases its canvas when it leaves the page', async () => {
    const destroy = vi.spyOn(RollingLineChart.prototype, 'destroy');
    const chart = await show(TWENTY);
    chart.remove();
    expect(destroy).toHaveBeenCalledTimes(1);
    destroy.mockRestore();
  });

  it('draws again after being moved in the document', async () => {
    const chart = await show(TWENTY);
    const other = document.createElement('section');
    document.body.append(other);
    other.append(chart);
    await expect.poll(() => redPixels(chart)).toBeGreaterThan(0);
  });
});

describe('a metric-chart of steps of time', () => {
  /** A mean of 20 from 10 to 30, with one spike, in columns as of two series. */
  async function showSteps(attributes: Partial<MetricChart> = {}): Promise<MetricChart> {
    const samples = new TimeWindow(20, 6);
    for (let step = 0; step < 20; step += 1)
      samples.push(START_MS + step * 60_000, [0, 20, 0, 10, 0, step === 10 ? 190 : 30]);
    return mount('metric-chart', (element) => {
      Object.assign(element, { label: 'Temperature', unit: '°C', samples, column: 1, spread: 2 });
      Object.assign(element, { intervalMs: 60_000, crosshair: new Crosshair(), ...attributes });
      Object.assign(element, { span: { fromMs: START_MS, toMs: START_MS + 19 * 60_000 } });
      element.style.cssText = 'width: 420px; --mp-line: rgb(255, 0, 0); --mp-grid: rgb(0, 0, 255)';
    });
  }
  const drawnAxis = async (attributes: Partial<MetricChart> = {}): Promise<number> => {
    const draw = vi.spyOn(RollingLineChart.prototype, 'draw');
    await showSteps(attributes);
    await expect.poll(() => draw.mock.calls.length).toBeGreaterThan(0);
    const [line] = draw.mock.calls.at(-1) ?? [];
    draw.mockRestore();
    expect(line?.hasBand).toBe(attributes.sparkline !== true);
    return line?.axis.max ?? 0;
  };

  it('has an axis that reaches the highest, so that a spike of a second is seen', async () => {
    expect(await drawnAxis()).toBe(200);
    unmountAll();
    expect(await drawnAxis({ compact: true })).toBe(200);
  });

  it('has no band in a sparkline, whose axis fits its line', async () => {
    expect(await drawnAxis({ sparkline: true })).toBeLessThan(100);
  });

  it('reads the mean, the lowest and the highest, and describes all of them', async () => {
    const chart = await showSteps();
    await expect.poll(() => redPixels(chart)).toBeGreaterThan(0);
    expect(canvasOf(chart).getAttribute('aria-label')).toBe(
      'Temperature: 20.0 °C. Lowest 10.0 °C, highest 190.0 °C in 20 points',
    );
    chart.crosshair?.moveTo(START_MS + 600_000);
    await expect.poll(() => textOf(chart, '.as-of')).toMatch(/, 10\.0–190\.0 °C$/);
    expect(textOf(chart, '.value')).toBe('20.0°C');
    const read = textOf(chart, '.as-of');
    // The edge of a range that is being marked lies between samples.
    chart.crosshair?.moveTo(START_MS + 430_000, START_MS);
    await expect.poll(() => textOf(chart, '.as-of')).not.toBe(read);
    expect(textOf(chart, '.as-of')).toContain(new Date(START_MS + 420_000).toTimeString().slice(0, 5));
    await expectAccessible(chart);
  });

  it('shows the present value without being drawn again, and says it', async () => {
    const chart = await showSteps();
    await expect.poll(() => redPixels(chart)).toBeGreaterThan(0);
    const draw = vi.spyOn(RollingLineChart.prototype, 'draw');
    chart.current = 42;
    await chart.updateComplete;
    expect(textOf(chart, '.value')).toBe('42.0°C');
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    expect(draw).not.toHaveBeenCalled();
    draw.mockRestore();
    chart.current = null;
    await chart.updateComplete;
    expect(textOf(chart, '.value')).toBe('–');
    chart.crosshair?.moveTo(START_MS);
    await expect.poll(() => textOf(chart, '.value')).toBe('20.0°C');
  });

  it('names the cause that explains most of a gap', async () => {
    const gap = (fromMinute: number, toMinute: number, reason: string) => ({
      from: 0,
      to: 0,
      fromMs: START_MS + fromMinute * 60_000,
      toMs: START_MS + toMinute * 60_000,
      reason,
    });
    const samples = new TimeWindow(20, 3);
    for (const step of [0, 1, 9, 10]) samples.push(START_MS + step * 60_000, [20, 10, 30]);
    const chart = await showSteps({
      samples,
      column: 0,
      spread: 1,
      gaps: [gap(1, 2, 'agent_restart'), gap(2, 9, 'not_written')],
    });
    expect(canvasOf(chart).getAttribute('aria-label')).toMatch(
      /Missing in between: History could not be written$/,
    );
  });

  it('hatches a range that the agent was away in, wholly or in part, and says why', async () => {
    const gap = (fromMinute: number, toMinute: number) => ({
      from: 0,
      to: 0,
      fromMs: START_MS + fromMinute * 60_000,
      toMs: START_MS + toMinute * 60_000,
      reason: 'agent_restart',
    });
    const chart = await showSteps({
      samples: new TimeWindow(20, 3),
      column: 0,
      spread: 1,
      gaps: [gap(-5, 40)],
    });
    expect(canvasOf(chart).getAttribute('aria-label')).toBe(
      'Temperature: no samples here. Missing in between: Agent restarted',
    );
    await expect.poll(() => bluePixels(chart, 0.4, 0.9)).toBeGreaterThan(200);
    const samples = new TimeWindow(20, 3);
    for (let step = 10; step < 15; step += 1) samples.push(START_MS + step * 60_000, [20, 10, 30]);
    Object.assign(chart, { samples, gaps: [gap(-5, 10), gap(14, 40)] });
    await expect.poll(() => bluePixels(chart, 0.55, 0.7)).toBeLessThan(bluePixels(chart, 0.3, 0.45));
    expect(canvasOf(chart).getAttribute('aria-label')).toMatch(
      /in 5 points\. Missing in between: Agent restarted$/,
    );
    expect(bluePixels(chart, 0.85, 0.95)).toBeGreaterThan(bluePixels(chart, 0.6, 0.7));
  });

  it('knows the step that a time is in, from its begin to its end', async () => {
    const chart = await showSteps();
    const times = [0, 1, 59_999, 60_000, 119_999];
    expect(times.map((time) => chart.nearestTo(START_MS + time))).toEqual(
      [0, 0, 0, 60_000, 60_000].map((time) => START_MS + time),
    );
  });

  it('shows the step that holds a time selected among finer points', async () => {
    const chart = await showSteps({ selectedMs: START_MS + 10 * 60_000 + 45_000 });
    expect(textOf(chart, '.as-of')).toMatch(/, 10\.0–190\.0 °C$/);
  });

  it('says that a range has no samples, and waits for none', async () => {
    const chart = await showSteps({ samples: new TimeWindow(20, 3), column: 0, spread: 1 });
    expect(textOf(chart, '.empty')).toBe('Temperature: no samples here');
  });
});
