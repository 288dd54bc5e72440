import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { mount, unmountAll } from '../../testing/mount.ts';
import './metrics-panel.ts';
import type { MetricsPanel } from './metrics-panel.ts';

let frame: HTMLIFrameElement;

beforeEach(() => {
  localStorage.clear();
  frame = document.createElement('iframe');
  frame.style.cssText = 'width: 700px; height: 500px; border: 0';
  document.body.append(frame);
});
afterEach(() => {
  vi.restoreAllMocks();
  unmountAll();
});

function inner(): Document & { readonly defaultView: Window & typeof globalThis } {
  const { contentDocument } = frame;
  if (contentDocument === null) throw new Error('no document');
  return contentDocument as ReturnType<typeof inner>;
}

function show(attributes: Record<string, string> = {}): Promise<MetricsPanel> {
  return mount('metrics-panel', (panel) => {
    panel.src = inject('agentUrl');
    panel.style.width = '600px';
    for (const [name, value] of Object.entries(attributes)) panel.setAttribute(name, value);
  });
}

interface OtherWindow {
  readonly body: HTMLElement;
  close(): void;
}

function openFrame(): OtherWindow {
  const own = document.createElement('iframe');
  own.style.cssText = 'width: 700px; height: 500px';
  document.body.append(own);
  const body = own.contentDocument?.body;
  if (body === undefined) throw new Error('no document');
  return { body, close: () => own.remove() };
}

function openPopUp(): OtherWindow {
  const own = window.open('', '', 'popup,width=700,height=500');
  if (own === null) throw new Error('no pop-up');
  return { body: own.document.body, close: () => own.close() };
}

/** The element and all elements in it that have a shadow root. */
function* hostsIn(root: Element): Generator<Element> {
  if (root.shadowRoot !== null) yield root;
  for (const child of [...(root.shadowRoot?.children ?? []), ...root.children]) yield* hostsIn(child);
}

const chartsOf = (panel: MetricsPanel) => [...(panel.shadowRoot?.querySelectorAll('metric-chart') ?? [])];
const newestMs = (panel: MetricsPanel): number => {
  const samples = chartsOf(panel)[0]?.samples ?? null;
  return samples === null || samples.length === 0 ? 0 : samples.timestampAt(samples.length - 1);
};
async function untilLive(panel: MetricsPanel): Promise<void> {
  await expect.poll(() => newestMs(panel)).toBeGreaterThan(newestMs(panel));
}
const pictureOf = (panel: MetricsPanel): string =>
  chartsOf(panel)[0]?.shadowRoot?.querySelector('canvas')?.toDataURL() ?? '';

/** The computed styles that style sheets decide. */
function looksOf(panel: MetricsPanel): unknown[] {
  return [...hostsIn(panel)].map((host) => [
    host.localName,
    [...(host.shadowRoot?.querySelectorAll('*') ?? [host])].map((part) => {
      const { display, color, fontSize, paddingTop, borderTopWidth, visibility } = getComputedStyle(part);
      return [part.localName, display, color, fontSize, paddingTop, borderTopWidth, visibility].join(' ');
    }),
  ]);
}

describe('a panel moved into another document', () => {
  it('shows a window of the past there, styled as before, and goes on', async () => {
    const panel = await show({ window: '1h' });
    await expect.poll(() => panel.historyStatus.state).toBe('shown');
    const { toMs = 0 } = panel.shownRange ?? {};
    const loading = new RegExp(String.raw`\.past\b`);
    for (const target of [inner().body, document.body]) {
      target.append(panel);
      await expect.poll(() => panel.historyStatus.state).toBe('shown');
      await expect.poll(() => pictureOf(panel).length).toBeGreaterThan(1000);
      const rules = (panel.shadowRoot?.adoptedStyleSheets ?? []).flatMap((sheet) => [...sheet.cssRules]);
      expect(rules.some(({ cssText }) => loading.test(cssText))).toBe(true);
    }
    await expect.poll(() => panel.shownRange?.toMs ?? 0).toBeGreaterThan(toMs);
  });

  it('looks the same there and after it comes back, without a gap', async () => {
    const panel = await show({ metrics: 'cpu,memory,memory.used', sections: '', tables: 'processes' });
    const parts = (selector: string) => panel.shadowRoot?.querySelectorAll(selector).length ?? 0;
    await expect.poll(() => parts('metric-chart') === 3 && parts('process-table')).toBe(1);
    await untilLive(panel);
    const told: string[] = [];
    const seqs: number[] = [];
    panel.addEventListener('statuschange', ({ detail }) => told.push(detail.state));
    panel.addEventListener('sample', ({ detail }) => seqs.push(detail.seq));
    // The rows of its table change with each sample.
    const looks = () => looksOf(panel).filter((host) => !JSON.stringify(host).startsWith('["process-table'));
    inner().body.style.cssText = 'font: inherit; margin: 8px';
    inner().body.style.font = getComputedStyle(document.body).font;
    const before = looks();
    for (const target of [inner().body, document.body, inner().body, document.body]) {
      target.append(panel);
      expect(panel.ownerDocument).toBe(target.ownerDocument);
      await untilLive(panel);
      expect(looks()).toEqual(before);
    }
    expect(told).toEqual([]);
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
  });

  it('adopts style sheets of that document in everything made there: a section, a table of values, tables', async () => {
    const panel = await show({ metrics: 'cpu,memory.used', sections: '' });
    inner().body.append(panel);
    await untilLive(panel);
    panel.shadowRoot?.querySelector<HTMLElement>('details:not([open]) > summary')?.click();
    panel.tables = 'processes';
    await expect.poll(() => chartsOf(panel).length).toBe(2);
    await Promise.all(chartsOf(panel).map((chart) => chart.updateComplete));
    for (const chart of chartsOf(panel))
      chart.shadowRoot?.querySelector<HTMLElement>('.tools button')?.click();
    const hosts = () => [...hostsIn(panel)].map(({ localName }) => localName);
    await expect.poll(hosts).toEqual(expect.arrayContaining(['chart-table', 'process-table']));
    for (const host of hostsIn(panel)) {
      const { adoptedStyleSheets = [] } = host.shadowRoot ?? {};
      expect([host.localName, adoptedStyleSheets.length > 0]).toEqual([host.localName, true]);
      expect(adoptedStyleSheets.every((sheet) => sheet instanceof inner().defaultView.CSSStyleSheet)).toBe(
        true,
      );
    }
  });

  it('can be added there before its first rendering', async () => {
    const panel = document.createElement('metrics-panel');
    panel.src = inject('agentUrl');
    inner().body.append(panel);
    await untilLive(panel);
    expect(getComputedStyle(panel).display).toBe('block');
    expect(panel.shadowRoot?.adoptedStyleSheets).not.toEqual([]);
  });

  it('survives a document without a window', async () => {
    const panel = await show();
    await untilLive(panel);
    const nowhere = document.implementation.createHTMLDocument();
    nowhere.body.append(panel);
    await panel.updateComplete;
    inner().body.append(panel);
    await untilLive(panel);
    expect(getComputedStyle(panel).display).toBe('block');
  });

  it('draws while the window that it came from is hidden', async () => {
    const panel = await show();
    await untilLive(panel);
    vi.spyOn(window, 'requestAnimationFrame').mockReturnValue(0);
    // A frame requested from the other window is never called.
    await new Promise((resolve) => panel.addEventListener('sample', resolve, { once: true }));
    inner().body.append(panel);
    await untilLive(panel);
    const picture = pictureOf(panel);
    await expect.poll(() => pictureOf(panel)).not.toBe(picture);
    frame.style.width = '400px';
    panel.style.width = '300px';
    const canvas = () => chartsOf(panel)[0]?.shadowRoot?.querySelector('canvas');
    await expect.poll(() => canvas()?.getBoundingClientRect().width ?? 999).toBeLessThan(300);
  });

  it('listens there, and leaves no listeners behind', async () => {
    const counts = new Map<string, number>();
    for (const target of [inner(), inner().defaultView]) {
      for (const [method, by] of [
        ['addEventListener', 1],
        ['removeEventListener', -1],
      ] as const) {
        const original = target[method].bind(target);
        vi.spyOn(target, method).mockImplementation((type: string, ...rest: unknown[]) => {
          counts.set(type, (counts.get(type) ?? 0) + by);
          (original as (...all: unknown[]) => void)(type, ...rest);
        });
      }
    }
    const panel = await show({ metrics: 'cpu' });
    await untilLive(panel);
    inner().body.append(panel);
    const badge = panel.shadowRoot?.querySelector('connection-badge');
    const detail = () => badge?.shadowRoot?.querySelector<HTMLElement>('#detail')?.hidden;
    badge?.shadowRoot?.querySelector('button')?.click();
    await expect.poll(detail).toBe(false);
    expect(counts.get('keydown')).toBe(1);
    inner().dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    await expect.poll(detail).toBe(true);
    expect(counts.get('keydown')).toBe(0);
    document.body.append(panel);
    await untilLive(panel);
    expect([...counts].filter(([, count]) => count !== 0)).toEqual([]);
  });

  it('uses the language of that document', async () => {
    const panel = await show({ metrics: 'memory' });
    await untilLive(panel);
    inner().documentElement.lang = 'zh-CN';
    inner().body.append(panel);
    await expect.poll(() => chartsOf(panel)[0]?.label).toBe('内存');
    document.body.append(panel);
    await expect.poll(() => chartsOf(panel)[0]?.label).toBe('Memory');
  });

  it('stops when that window is closed, and resumes where it is added next', async () => {
    const panel = await show();
    await untilLive(panel);
    inner().body.append(panel);
    await untilLive(panel);
    frame.remove();
    await expect.poll(() => panel.status).toEqual({ state: 'disconnected' });
    document.body.append(panel);
    await untilLive(panel);
    expect(getComputedStyle(panel).display).toBe('block');
  });

  describe.each([
    ['a frame that is gone', openFrame],
    ['a pop-up that is closed', openPopUp],
  ])('and brought back from %s', (_, open) => {
    it.each(['at once', 'later'])('%s, draws, listens and dispatches as before', async (when) => {
      const other = open();
      const panel = await show({ metrics: 'cpu,memory' });
      await untilLive(panel);
      other.body.append(panel);
      await untilLive(panel);
      other.close();
      if (when === 'later') await expect.poll(() => panel.status.state).toBe('disconnected');
      document.body.append(panel);
      await untilLive(panel);
      const picture = pictureOf(panel);
      await expect.poll(() => pictureOf(panel)).not.toBe(picture);
      const chart = chartsOf(panel)[0]?.shadowRoot;
      expect(chart?.querySelector('canvas')?.getContext('2d')?.isContextLost()).toBe(false);
      chart?.querySelector<HTMLElement>('.tools button')?.click();
      await expect.poll(() => chart?.querySelector('chart-table')).not.toBeNull();
      const badge = panel.shadowRoot?.querySelector('connection-badge')?.shadowRoot;
      badge?.querySelector('button')?.click();
      await expect.poll(() => badge?.querySelector<HTMLElement>('#detail')?.hidden).toBe(false);
    });
  });

  it('loses nothing when its page takes it back while that window closes', async () => {
    const panel = await show();
    await untilLive(panel);
    inner().body.append(panel);
    const states: string[] = [];
    panel.addEventListener('statuschange', ({ detail }) => states.push(detail.state));
    inner().defaultView.addEventListener('pagehide', () => document.body.append(panel));
    frame.remove();
    await untilLive(panel);
    expect(states).toEqual([]);
    expect(getComputedStyle(panel).display).toBe('block');
  });
});
