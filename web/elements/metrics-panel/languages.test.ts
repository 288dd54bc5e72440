import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Welcome } from '../../../shared/client/welcome.ts';
import { addLanguage } from '../../locales/languages.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import '../../dashboard/host-summary/host-summary.ts';
import '../theme-switch/theme-switch.ts';
import './metrics-panel.ts';
import type { MetricsPanel } from './metrics-panel.ts';

const SPOKEN = ['aria-label', 'aria-description', 'title', 'alt', 'placeholder'];
/** Texts that a Chinese reader expects in Latin letters: technical terms, units and names of transports. */
const TERMS =
  /\b(?:CPU|GPU|PID|I\/O|TCP|UDP|TIME_WAIT|inode|WebSocket|SSE|[KMGTP]?i?B(?:\/s)?|[kMG]?Hz|ms|s|rpm|W)\b|°C|\/s/g;

/** All texts that people see or hear in `root`, through shadow roots, except names of instances. */
function textsIn(root: Element | ShadowRoot): string[] {
  const own = root instanceof Element ? SPOKEN.map((name) => root.getAttribute(name) ?? '') : [];
  const inner = root instanceof Element && root.shadowRoot !== null ? textsIn(root.shadowRoot) : [];
  const children = [...root.childNodes].flatMap((node) => {
    if (node instanceof Text) return [node.data];
    const isSkipped =
      node instanceof Element && (node.matches('tbody :is(th, .apart)') || node.localName === 'style');
    return node instanceof Element && !isSkipped ? textsIn(node) : [];
  });
  return [...own, ...inner, ...children].map((text) => text.trim()).filter((text) => text !== '');
}

/** Those in Latin letters that are neither a term nor one of `names`. */
function latinIn(root: Element, names: readonly string[] = []): string[] {
  const longestFirst = names.toSorted((one, other) => other.length - one.length);
  return textsIn(root).filter((text) =>
    /[a-z]/i.test(longestFirst.reduce((rest, name) => rest.replaceAll(name, ''), text).replaceAll(TERMS, '')),
  );
}

function parts(panel: MetricsPanel, selector: string): HTMLElement[] {
  return [...(panel.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? [])];
}

function badgeText(panel: MetricsPanel): string {
  return (
    panel.shadowRoot
      ?.querySelector('connection-badge')
      ?.shadowRoot?.querySelector('button')
      ?.innerText.trim() ?? ''
  );
}

async function show(
  lang: string,
  attributes: Record<string, string> = {},
): Promise<{ panel: MetricsPanel; welcome: Welcome }> {
  let welcome: Welcome | null = null;
  const panel = await mount('metrics-panel', (element) => {
    element.lang = lang;
    element.src = inject('agentUrl');
    element.addEventListener('welcome', ({ detail }) => (welcome = detail));
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  });
  await expect.poll(() => parts(panel, 'metric-chart').length).toBeGreaterThan(0);
  await expect
    .poll(() => panel.shadowRoot?.querySelector('metric-chart')?.samples?.length ?? 0)
    .toBeGreaterThan(0);
  if (welcome === null) throw new Error('no welcome');
  return { panel, welcome };
}

const whole = { metrics: 'cpu,memory,*', sections: '', tables: 'processes' };

beforeEach(() => localStorage.clear());
afterEach(() => {
  unmountAll();
  localStorage.clear();
});

describe('metrics-panel in Chinese', () => {
  it('has no English left: charts, sections folded and open, tables, a selected time, the badge', async () => {
    const { panel, welcome } = await show('zh-CN', whole);
    await expect.poll(() => badgeText(panel)).toBe('已连接');
    // Including those of processors and of the agent's collectors, which are words.
    const names = welcome.catalogue.flatMap(({ name, instance }) =>
      instance === undefined || instance === '/' || /^(cpu|agent)\./.test(name) ? [] : [instance],
    );
    for (const isOpen of [true, false]) {
      for (const details of parts(panel, 'details')) {
        if (details instanceof HTMLDetailsElement && details.open !== isOpen)
          details.querySelector('summary')?.click();
      }
      await expect.poll(() => parts(panel, 'details[open]').length > 0).toBe(isOpen);
      if (isOpen) await expect.poll(() => parts(panel, 'process-table.live').length).toBe(1);
      await panel.updateComplete;
      expect(textsIn(panel).length).toBeGreaterThan(isOpen ? 100 : 20);
      expect(latinIn(panel, names)).toEqual([]);
    }
    await expect
      .poll(() => {
        // Another chart if the panel has drawn its charts anew meanwhile, as it does when a disk comes or goes.
        const chart = panel.shadowRoot?.querySelector('metric-chart');
        chart?.focus();
        chart?.shadowRoot?.activeElement?.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }),
        );
        return parts(panel, 'aside process-table').length;
      })
      .toBe(1);
    await panel.updateComplete;
    const said = panel.shadowRoot?.querySelector('[aria-live]');
    expect(said?.textContent).toMatch(/^CPU（\d\d:\d\d:\d\d）：.*进程：/);
    // The sheet contains names of processes.
    said?.remove();
    expect(latinIn(panel, names)).toEqual([]);
    expect(parts(panel, 'h2').map(({ innerText }) => innerText)).toContain('内存');
    await expectAccessible(panel);
  });

  it('reports problems in Chinese', async () => {
    const refused = await mount('metrics-panel', (panel) => {
      panel.lang = 'zh-CN';
      panel.src = inject('agentUrl');
      panel.metrics = 'nonsense';
    });
    await expect
      .poll(() => latinIn(refused).join() + textsIn(refused).join())
      .toContain('此处不显示：nonsense');
    expect(latinIn(refused, ['nonsense'])).toEqual([]);
    const nobody = 'http://127.0.0.1:9';
    for (const [src, text] of [
      [nobody, '无法连接到代理程序'],
      [inject('guardedAgentUrl'), '代理程序要求提供令牌'],
      ['ftp://x', 'src 无效'],
    ] as const) {
      const panel = await mount('metrics-panel', (element) => Object.assign(element, { lang: 'zh-CN', src }));
      await expect.poll(() => textsIn(panel)).toContain(text);
      expect(latinIn(panel, [src, `${src}/`, 'src', 'http://HOST:8080'])).toEqual([]);
    }
  });

  it('has no English left in the page around it', async () => {
    const { welcome } = await show('en');
    const [host] = welcome.hosts;
    if (host === undefined) throw new Error('no host');
    const facts = { kind: 'vm', platform: 'KVM', gpus: ['Radeon', 'Arc'], bootedAtMs: 0, cores: 2 };
    const summary = await mount('host-summary', (element) => {
      element.lang = 'zh';
      element.hostTimeMs = 100_000_000;
      element.welcome = { ...welcome, hosts: [{ ...host, facts }] };
    });
    expect(latinIn(summary, [host.label, welcome.server.version, 'KVM', 'Radeon', 'Arc'])).toEqual([]);
    expect(textsIn(summary)).toEqual(expect.arrayContaining(['KVM 虚拟机', 'Radeon、Arc', '1天 3小时']));
    const themes = await mount('theme-switch', (element) => (element.lang = 'zh'));
    expect(latinIn(themes)).toEqual([]);
    expect(textsIn(themes)).toContain('深色主题');
  });
});

describe('the language of metrics-panel', () => {
  it('follows lang with everything that it shows, on the same connection', async () => {
    const section = document.createElement('section');
    section.lang = 'en';
    document.body.append(section);
    const { panel } = await show('en', { ...whole, metrics: 'cpu,memory,cpu.core.0' });
    panel.removeAttribute('lang');
    section.append(panel);
    await expect.poll(() => badgeText(panel)).toBe('Connected');
    const chart = panel.shadowRoot?.querySelector('metric-chart[data-metric="memory"]');
    const label = (): string => chart?.shadowRoot?.querySelector('canvas')?.getAttribute('aria-label') ?? '';
    await expect.poll(label).toMatch(/^Memory: .* samples?/);
    let changes = 0;
    panel.addEventListener('statuschange', () => (changes += 1));
    section.lang = 'zh-Hans';
    await expect.poll(() => badgeText(panel)).toBe('已连接');
    await expect.poll(label).toMatch(/^内存：.*个样本中最低/);
    panel.lang = 'en-GB';
    await expect.poll(() => badgeText(panel)).toBe('Connected');
    await expect.poll(label).toMatch(/^Memory: /);
    expect(changes).toBe(0);
  });

  it('shows an earlier selected time in the current language', async () => {
    const { panel } = await show('en', whole);
    const title = (): string => panel.shadowRoot?.querySelector<HTMLElement>('aside strong')?.innerText ?? '';
    const choose = (): string => {
      const chart = panel.shadowRoot?.querySelector('metric-chart');
      chart?.focus();
      chart?.shadowRoot?.activeElement?.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }),
      );
      return title();
    };
    // Before the first sample there is no time to select.
    await expect.poll(choose).toMatch(/^CPU at /);
    panel.lang = 'zh-CN';
    await expect.poll(title).toMatch(/^CPU（/);
  });

  it('may be added by the page, with its own formats of values and times', async () => {
    const { panel } = await show('eo', { metrics: 'memory,memory.used' });
    await expect.poll(() => badgeText(panel)).toBe('Connected');
    expect(panel.shadowRoot?.querySelector<HTMLElement>('[part=charts]')?.lang).toBe('en');
    addLanguage('eo', { badge: { connected: 'Konektita' }, labels: { 'memory.used': 'Uzata memoro' } });
    await expect.poll(() => badgeText(panel)).toBe('Konektita');
    const charts = parts(panel, 'metric-chart').map(
      (one) => one.shadowRoot?.querySelector('.label')?.textContent,
    );
    expect(charts).toEqual(['Memory', 'Uzata memoro']);
    expect(panel.shadowRoot?.querySelector('[part=charts]')?.hasAttribute('lang')).toBe(false);
  });

  it('without messages formats values for the page’s readers, and marks its texts as English', async () => {
    const { panel } = await show('de', { metrics: 'memory' });
    const chart = panel.shadowRoot?.querySelector('metric-chart');
    const value = (): string => chart?.shadowRoot?.querySelector('.value')?.textContent ?? '';
    await expect.poll(value).toMatch(/^\d+,\d%$/);
    expect(chart?.shadowRoot?.querySelector('figure')?.lang).toBe('en');
    panel.lang = 'en';
    await expect.poll(value).toMatch(/^\d+\.\d%$/);
    expect(chart?.shadowRoot?.querySelector('figure')?.hasAttribute('lang')).toBe(false);
  });
});
