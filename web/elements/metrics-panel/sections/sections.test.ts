import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { expectAccessible } from '../../../testing/accessibility.ts';
import { mount, unmountAll } from '../../../testing/mount.ts';
import '../metrics-panel.ts';
import type { MetricsPanel } from '../metrics-panel.ts';

async function show(attributes: Record<string, string> = {}): Promise<MetricsPanel> {
  const panel = await mount('metrics-panel', (element) => {
    element.src = inject('agentUrl');
    element.sections = true;
    element.metrics = 'cpu,memory,*';
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  });
  await expect.poll(() => all(panel, 'metric-chart')[0]?.samples?.length ?? 0).toBeGreaterThan(1);
  // The headlines are drawn before the sections' part is loaded.
  if (attributes['metrics'] === undefined)
    await expect.poll(() => all(panel, 'details').length).toBeGreaterThan(0);
  return panel;
}

function all<Tag extends keyof HTMLElementTagNameMap>(
  panel: MetricsPanel,
  tag: Tag,
): HTMLElementTagNameMap[Tag][] {
  return [...(panel.shadowRoot?.querySelectorAll(tag) ?? [])];
}

function section(panel: MetricsPanel, title: string): HTMLDetailsElement {
  const found = all(panel, 'details').find(({ dataset }) => dataset['section'] === title);
  if (found === undefined) throw new Error(`no section ${title}`);
  return found;
}

function chartsIn(details: HTMLDetailsElement): number {
  return details.querySelectorAll('metric-chart').length;
}

/** Elements wider than the panel. */
function sticksOut(panel: MetricsPanel): string[] {
  const { right } = panel.getBoundingClientRect();
  return [...(panel.shadowRoot?.querySelectorAll('metric-chart, summary, summary > *, h3') ?? [])]
    .filter((one) => one.getBoundingClientRect().right > right || one.scrollWidth > one.clientWidth + 1)
    .map(({ outerHTML }) => outerHTML);
}

async function toggle(panel: MetricsPanel, title: string): Promise<HTMLDetailsElement> {
  const details = section(panel, title);
  const wasOpen = details.open;
  details.querySelector('summary')?.click();
  await expect.poll(() => chartsIn(details) === 0).toBe(wasOpen);
  return details;
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  unmountAll();
  localStorage.clear();
});

describe('metrics-panel with sections', () => {
  it('arranges the metrics behind the headlines by subject, each once', async () => {
    const panel = await show();
    const titles = all(panel, 'h2').map(({ innerText }) => innerText);
    expect(titles.slice(0, 2)).toEqual(['CPU', 'Memory']);
    expect(new Set(titles).size).toBe(titles.length);
    for (const title of titles) if (!section(panel, title).open) await toggle(panel, title);
    const names = all(panel, 'metric-chart').map(({ dataset }) => dataset['metric']);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['cpu', 'memory', 'memory.used']));
    expect(sticksOut(panel)).toEqual([]);
    await expectAccessible(panel);
  });

  it('keeps search results open, and is as before after the search', async () => {
    const panel = await show();
    const memory = section(panel, 'Memory');
    const wasOpen = memory.open;
    panel.search = 'memory';
    await expect.poll(() => section(panel, 'Memory').open).toBe(true);
    section(panel, 'Memory').querySelector('summary')?.click();
    await new Promise((resolve) => {
      section(panel, 'Memory').addEventListener('toggle', resolve, { once: true });
    });
    await expect.poll(() => section(panel, 'Memory').open).toBe(true);
    panel.search = '';
    await expect.poll(() => section(panel, 'CPU').dataset['section']).toBe('CPU');
    await expect.poll(() => section(panel, 'Memory').open).toBe(wasOpen);
  });

  it('has a heading for each instance, below the charts of the whole', async () => {
    const panel = await show();
    const cpu = section(panel, 'CPU').open ? section(panel, 'CPU') : await toggle(panel, 'CPU');
    expect([...cpu.querySelectorAll('h3')].map(({ innerText }) => innerText)).toContain('Core 0');
    const order = [...cpu.querySelectorAll('h3, metric-chart')].map(
      (one) => one instanceof HTMLElement && (one.dataset['metric'] ?? one.innerText),
    );
    expect(order.indexOf('cpu.user')).toBeLessThan(order.indexOf('Core 0'));
    expect(order.indexOf('Core 0')).toBeLessThan(order.indexOf('cpu.core.0'));
  });

  it('shows a digest of a folded section in one line, and no charts', async () => {
    const panel = await show();
    const memory = section(panel, 'Memory').open ? await toggle(panel, 'Memory') : section(panel, 'Memory');
    expect(chartsIn(memory)).toBe(0);
    expect(memory.getBoundingClientRect().height).toBeLessThan(45);
    expect(memory.innerText).toMatch(/Memory used\s+[\d,.]+ [GM]iB/);
    await expectAccessible(panel);
    await toggle(panel, 'Memory');
    expect(chartsIn(memory)).toBeGreaterThan(0);
  });

  it('remembers what the reader folded', async () => {
    const first = await show();
    if (!section(first, 'Memory').open) await toggle(first, 'Memory');
    await toggle(first, 'Memory');
    unmountAll();
    expect(section(await show(), 'Memory').open).toBe(false);
  });

  it('keeps small charts small, and within 320 px', async () => {
    const panel = await show();
    panel.style.width = '288px';
    await expect.poll(() => sticksOut(panel)).toEqual([]);
    panel.style.width = '1000px';
    const memory = section(panel, 'Memory').open ? section(panel, 'Memory') : await toggle(panel, 'Memory');
    const [first, second] = memory.querySelectorAll('metric-chart');
    expect(first?.getBoundingClientRect().top).toBe(second?.getBoundingClientRect().top);
  });

  it('has no sections without the attribute', async () => {
    const panel = await show({ metrics: 'cpu,memory' });
    panel.sections = false;
    await panel.updateComplete;
    expect(all(panel, 'details')).toEqual([]);
    expect(all(panel, 'process-table')).toEqual([]);
    expect(all(panel, 'metric-chart').map(({ selectable }) => selectable)).toEqual([false, false]);
  });
});
