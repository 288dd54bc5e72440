import { expect, it } from 'vitest';
import { sectionsOf } from '../../elements/metrics-panel/sections/sections-layout.ts';
import { panelLayoutOf } from '../../elements/metrics-panel/panel-layout.ts';
import { preferredLanguage } from '../../locales/languages.ts';
import { pretendCatalogue } from '../../testing/pretend-catalogue.ts';
import { boardMessages } from './board-messages.ts';
import { boardPlanOf } from './board-plan.ts';
import { shownSeries } from './shown-series.ts';

it('shows a rare state of processors from the first time on that it matters, and never takes it away', () => {
  const layout = panelLayoutOf(pretendCatalogue(), [], sectionsOf);
  const [cpu, memory] = boardPlanOf(layout, boardMessages(preferredLanguage(['en']))).cards;
  if (cpu === undefined || memory === undefined) throw new Error('no cards');
  const shown = (values: Readonly<Record<string, number | null>>): string[] | undefined =>
    shownSeries(cpu, ({ name }) => values[name] ?? null)?.map(({ label }) => label);
  const usual = ['user', 'system', 'iowait', 'steal'];
  expect(shown({})).toEqual(usual);
  expect(shown({ 'cpu.nice': 0.4, 'cpu.irq': null })).toEqual(usual);
  expect(shown({ 'cpu.nice': 15 })).toEqual([...usual, 'nice']);
  expect(shown({ 'cpu.nice': 0, 'cpu.softirq': 3 })).toEqual([...usual, 'nice', 'softirq']);
  expect(shownSeries(cpu, () => 0)).toBe(shownSeries(cpu, () => 0));
  expect(shownSeries(memory, () => 99)).toBe(memory.series);
});
