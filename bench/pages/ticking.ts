/** A page that draws one sample after the other, at the bench's word. */

declare global {
  /** Draws `count` more samples, one each `intervalMs`, and ends after the last frame. */
  var tickCharts: (count: number, intervalMs: number) => Promise<void>;
}

/** Samples on a time axis. */
export const POINTS = 20;

const query = new URLSearchParams(location.search);
/** Of the page's address: what draws, and how many charts. */
export const WAY = query.get('way') ?? '';
export const CHARTS = Number(query.get('charts'));

export function gridBox(): HTMLElement {
  const box = document.createElement('div');
  box.style.cssText = 'display: grid; grid-template-columns: repeat(6, 304px); gap: 8px';
  document.body.append(box);
  return box;
}

/** The value of a chart at a second, 0 to 100. */
export function valueAt(chart: number, second: number): number {
  return 50 + 35 * Math.sin((second + 7 * chart) / 5) + 10 * Math.sin(second * (chart + 2));
}

/** @param tick draws the next sample; called in an animation frame */
export function tickWith(tick: () => void): void {
  globalThis.tickCharts = async (count, intervalMs) => {
    for (let done = 0; done < count; done += 1) {
      await new Promise((resolve) => {
        setTimeout(resolve, intervalMs);
      });
      requestAnimationFrame(tick);
    }
    // The frame after the last is begun when the last is painted.
    await new Promise((resolve) => {
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    });
  };
}
