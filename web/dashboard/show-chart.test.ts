import { afterEach, describe, expect, it } from 'vitest';
import { unmountAll } from '../testing/mount.ts';
import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';
import { showChart } from './show-chart.ts';

const DESCRIPTION = { unit: 'bytes/s', kind: 'gauge', help: '', source: '' };
const CATALOGUE = [
  { ...DESCRIPTION, name: 'disk.sda.read', label: 'sda read', group: 'Disks', instance: 'sda' },
  { ...DESCRIPTION, name: 'disk.sdb.read', label: 'sdb read', group: 'Other disks' },
];
const chartOf = (metric: string): string =>
  `<metric-chart data-metric="${metric}" style="display: block; height: 50px"></metric-chart>`;
const foldOf = (title: string): string => `<details data-section="${title}"></details>`;

/**
 * A panel of plain elements.
 * @param folded what is made in a fold when it is opened, by its title
 */
function panelWith(content: string, folded: Readonly<Record<string, string>> = {}): MetricsPanel {
  const panel = document.createElement('div');
  const root = panel.attachShadow({ mode: 'open' });
  root.innerHTML = content;
  const toggled = ({ target }: Event): void => {
    if (target instanceof HTMLDetailsElement && target.open)
      target.insertAdjacentHTML('beforeend', folded[target.dataset['section'] ?? ''] ?? '');
  };
  root.addEventListener('toggle', toggled, true);
  document.body.append(panel);
  return panel as unknown as MetricsPanel;
}

const chartIn = ({ shadowRoot }: MetricsPanel, metric: string): Element | null | undefined =>
  shadowRoot?.querySelector(`metric-chart[data-metric="${metric}"]`);
const isLit = (element: Element | null | undefined): boolean => (element?.getAnimations().length ?? 0) > 0;

afterEach(unmountAll);

describe('showChart', () => {
  it('points out the chart of a metric', async () => {
    const panel = panelWith(`<p style="height: 300vh"></p>${chartOf('cpu')}`);
    showChart(panel, 'cpu');
    await expect.poll(() => isLit(chartIn(panel, 'cpu'))).toBe(true);
    await expect
      .poll(() => chartIn(panel, 'cpu')?.getBoundingClientRect().top)
      .toBeLessThan(document.documentElement.clientHeight);
  });

  it('finds a chart that draws the metric among others, in the shadow of a board', async () => {
    const panel = panelWith('<host-board></host-board>');
    const board = panel.shadowRoot?.querySelector('host-board');
    const shadow = board?.shadowRoot ?? board?.attachShadow({ mode: 'open' });
    const chart = document.createElement('metric-chart');
    Object.assign(chart, { series: [{ name: 'cpu.user' }, { name: 'cpu.iowait' }] });
    shadow?.append(chart);
    showChart(panel, 'cpu.iowait');
    await expect.poll(() => isLit(chart)).toBe(true);
  });

  it('opens the fold of the subject in which the chart comes to be, and no other', async () => {
    const panel = panelWith(foldOf('CPU') + foldOf('Disks'), {
      Disks: chartOf('disk.sda.read'),
    });
    showChart(panel, 'disk.sda.read', CATALOGUE);
    await expect.poll(() => isLit(chartIn(panel, 'disk.sda.read'))).toBe(true);
    expect(panel.shadowRoot?.querySelector('details[open][data-section="CPU"]')).toBeNull();
  });

  it('does nothing for a metric that has no chart', async () => {
    const panel = panelWith(chartOf('cpu'));
    showChart(panel, 'disk.sdb.read', CATALOGUE);
    showChart(panel, null);
    await new Promise(requestAnimationFrame);
    expect(isLit(chartIn(panel, 'cpu'))).toBe(false);
  });
});
