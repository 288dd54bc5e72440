import { describe, expect, it } from 'vitest';
import { panelLayoutOf } from '../../elements/metrics-panel/panel-layout.ts';
import { sectionsOf } from '../../elements/metrics-panel/sections/sections-layout.ts';
import { preferredLanguage } from '../../locales/languages.ts';
import type { BoardLayout } from '../../state/layouts.ts';
import { pretendCatalogue, type PretendParts } from '../../testing/pretend-catalogue.ts';
import { chartsOf } from '../../elements/metrics-panel/combined/combined-charts.ts';
import { plainCard } from '../host-board/board-cards.ts';
import { restOf } from '../host-board/board-rest.ts';
import { boardMessages } from '../host-board/board-messages.ts';
import { boardPlanOf } from '../host-board/board-plan.ts';
import { applyLayout, applyLayoutMemo, type AppliedLayout } from './apply-layout.ts';

const TOOLS = { boardMessages, chartsOf, plainCard, restOf };
const ENGLISH = preferredLanguage(['en']);
const PROCESSES = {
  name: 'processes',
  label: 'Processes',
  group: 'Processes',
  help: '',
  source: '',
  columns: [],
};
const ALL = [
  'cpu',
  'memory',
  'pressure',
  'network',
  'disk',
  'load',
  'filesystems',
  'interfaces',
  'disks',
  'processes',
];

function apply(part: Partial<BoardLayout> | null, parts: PretendParts = {}): AppliedLayout {
  const panelLayout = panelLayoutOf(pretendCatalogue(parts), [PROCESSES], sectionsOf);
  const plan = boardPlanOf(panelLayout, boardMessages(ENGLISH));
  const layout = part === null ? null : { v: 1 as const, name: 'x', cards: [], hidden: [], ...part };
  return applyLayout(plan, layout, panelLayout, ENGLISH, TOOLS);
}

const keysOf = ({ plan }: AppliedLayout): string[] => plan.runs?.flat().map(({ key }) => key) ?? [];
const titlesOfRest = ({ plan }: AppliedLayout): string[] => plan.rest.sections.map(({ title }) => title);

describe('applyLayout', () => {
  it('leaves a board without a view as it is', () => {
    expect(keysOf(apply(null))).toEqual(ALL);
  });

  it('puts what the view names first, and all else in its own order after it', () => {
    const cards = [{ id: 'processes' }, { id: 'disks' }, { id: 'load' }];
    const named = ['processes', 'disks', 'load'];
    expect(keysOf(apply({ cards }))).toEqual([...named, ...ALL.filter((id) => !named.includes(id))]);
  });

  it('lets cards and lists share a grid, which what is wide ends', () => {
    const applied = apply({ cards: [{ id: 'cpu' }, { id: 'disks' }, { id: 'processes' }, { id: 'load' }] });
    expect(applied.plan.runs?.map((run) => run.length)).toEqual([2, 1, 7]);
  });

  it('leaves what is hidden to the closed groups', () => {
    const applied = apply({ hidden: ['cpu', 'disks', 'processes'] });
    expect(keysOf(applied)).toEqual(ALL.filter((id) => !['cpu', 'disks', 'processes'].includes(id)));
    expect(applied.plan.tables).toEqual([]);
    expect(applied.plan.lists.disks).toEqual([]);
    expect(titlesOfRest(applied)).toContain('Processes');
    const cpu = applied.plan.rest.sections.find(({ title }) => title === 'CPU');
    expect(cpu?.whole.map(({ series }) => series.name)).toContain('cpu.user');
    expect(titlesOfRest(apply(null))).not.toContain('Processes');
  });

  it('draws charts of the reader, of one metric and of several', () => {
    const { plan } = apply({
      cards: [
        { metrics: 'cpu.core.0', arrangement: 'lines' },
        { metrics: 'cpu.user+cpu.system', arrangement: 'stacked', title: 'Mine' },
      ],
    });
    const [one, several] = plan.cards;
    expect([one?.id, one?.title, one?.series]).toEqual(['own:cpu.core.0', 'Core 0', null]);
    expect([several?.title, several?.arrangement, several?.headValue]).toEqual(['Mine', 'stacked', 'sum']);
    expect(several?.series?.map(({ name }) => name)).toEqual(['cpu.user', 'cpu.system']);
    expect(several?.concerns('cpu.system')).toBe(true);
  });

  it('keeps places of what this host does not have, and leaves no hole for them', () => {
    const cards = [
      { id: 'pressure' },
      { metrics: 'gpu.0.load', arrangement: 'lines' as const },
      { id: 'containers' },
    ];
    const applied = apply({ cards }, { isLinux: false });
    expect(keysOf(applied).slice(0, 2)).toEqual(['cpu', 'memory']);
    expect(applied.places.filter(({ item }) => item === null).map(({ key }) => key)).toEqual([
      'pressure',
      'own:gpu.0.load',
      'containers',
    ]);
    expect(applied.places.slice(0, 3).map(({ card }) => card)).toEqual(cards);
  });

  it('does not draw metrics of several units in one chart', () => {
    const cards = [{ metrics: 'cpu+load', arrangement: 'lines' as const }];
    expect(apply({ cards }).places[0]?.item).toBe(null);
  });

  it('does its work once for the same view and host', () => {
    const panelLayout = panelLayoutOf(pretendCatalogue(), [PROCESSES], sectionsOf);
    const plan = boardPlanOf(panelLayout, boardMessages(ENGLISH));
    const memo = applyLayoutMemo();
    const layout: BoardLayout = { v: 1, name: 'x', cards: [], hidden: [] };
    expect(memo(plan, layout, panelLayout, ENGLISH, TOOLS)).toBe(
      memo(plan, layout, panelLayout, ENGLISH, TOOLS),
    );
    expect(memo(plan, layout, panelLayout, ENGLISH, TOOLS)).not.toBe(
      memo(plan, { ...layout }, panelLayout, ENGLISH, TOOLS),
    );
  });
});
