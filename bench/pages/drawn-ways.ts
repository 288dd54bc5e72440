/** Ways to draw the same rolling charts, as a page of the bench holds them. */
export interface DrawnWay {
  readonly box: HTMLElement;
  /** Gives every chart one more sample, in an animation frame; only charts that are on the page cost something. */
  tick(): void;
}

/** What the bench asks of the page. */
export interface WaysOnPage {
  /** Names of the ways. */
  readonly names: readonly string[];
  /** Shows one way alone and gives it `count` samples, one each `intervalMs`. */
  run(name: string, count: number, intervalMs: number): Promise<void>;
}

declare global {
  /** The page's scripts add to it. */
  var drawnWays: Map<string, DrawnWay> | undefined;
  var waysOnPage: WaysOnPage;
}

export const POINTS = 20;

/** `?charts=` of the page's address. */
export const CHARTS = Number(new URLSearchParams(location.search).get('charts') ?? 24);

export function addWay(name: string, way: DrawnWay): void {
  globalThis.drawnWays ??= new Map();
  globalThis.drawnWays.set(name, way);
}

export function gridBox(): HTMLElement {
  const box = document.createElement('div');
  box.style.cssText = 'display: grid; grid-template-columns: repeat(6, 304px); gap: 8px';
  return box;
}

/** The next value of a series, 0 to 100. */
export function nextValue(chart: number, second: number): number {
  return 50 + 35 * Math.sin((second + 7 * chart) / 5) + 10 * Math.sin(second * (chart + 2));
}

globalThis.waysOnPage = {
  get names() {
    return [...(globalThis.drawnWays?.keys() ?? [])];
  },
  async run(name, count, intervalMs) {
    const way = globalThis.drawnWays?.get(name);
    if (way === undefined) throw new RangeError(`No way is called ${name}`);
    // Charts that leave the page are made anew when they come back.
    if (!way.box.isConnected) document.body.replaceChildren(way.box);
    for (let tick = 0; tick < count; tick += 1) {
      await new Promise((resolve) => {
        setTimeout(resolve, intervalMs);
      });
      requestAnimationFrame(() => way.tick());
    }
  },
};
