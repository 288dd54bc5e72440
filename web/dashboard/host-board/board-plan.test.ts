import { describe, expect, it } from 'vitest';
import type { Series } from '../../../shared/protocol/messages.ts';
import { sectionsOf } from '../../elements/metrics-panel/sections/sections-layout.ts';
import { panelLayoutOf, type PanelLayout } from '../../elements/metrics-panel/panel-layout.ts';
import { preferredLanguage } from '../../locales/languages.ts';
import { manyOf, pretendCatalogue, type PretendParts } from '../../testing/pretend-catalogue.ts';
import { boardMessages } from './board-messages.ts';
import { boardPlanMemo, boardPlanOf, type BoardPlan, type CardPlan } from './board-plan.ts';

const LANGUAGE = preferredLanguage(['en']);
const PROCESSES = {
  name: 'processes',
  label: 'Processes',
  group: 'Processes',
  help: '',
  source: '',
  columns: [],
};

function layoutOf(series: readonly Series[]): PanelLayout {
  return panelLayoutOf(series, [PROCESSES], sectionsOf);
}

function planOf(parts: PretendParts | readonly Series[] = {}): BoardPlan {
  const series = Array.isArray(parts) ? parts : pretendCatalogue(parts as PretendParts);
  return boardPlanOf(layoutOf(series), boardMessages(LANGUAGE));
}

function cardOf({ cards }: BoardPlan, id: string): CardPlan {
  const card = cards.find((one) => one.id === id);
  if (card === undefined) throw new Error(`no card ${id}`);
  return card;
}

const idsOf = ({ cards }: BoardPlan): readonly string[] => cards.map(({ id }) => id);
const seriesOf = (card: CardPlan): readonly string[] | undefined => card.series?.map(({ name }) => name);
const namesIn = (members: BoardPlan['facts']): readonly string[] => members.map(({ series }) => series.name);

describe('the plan of a board', () => {
  it('has six cards for a Linux host, whose numbers are found by the metric', () => {
    const plan = planOf();
    expect(plan.cards.map(({ id, head }) => [id, head.series.name])).toEqual([
      ['cpu', 'cpu'],
      ['memory', 'memory'],
      ['pressure', 'pressure.cpu.some'],
      ['network', 'network.all.receive'],
      ['disk', 'disk.all.read'],
      ['load', 'load'],
    ]);
    expect(plan.cards.map(({ arrangement, headValue }) => [arrangement, headValue])).toEqual([
      ['stacked', 'column'],
      ['stacked', 'column'],
      ['lines', 'highest'],
      ['mirrored', 'sum'],
      ['mirrored', 'sum'],
      ['lines', 'column'],
    ]);
    expect(plan.tables).toEqual(['processes']);
  });

  it('gives every series the column, the hue of its resource, and says which are below the line', () => {
    const plan = planOf();
    const series = pretendCatalogue();
    for (const one of plan.cards.flatMap((card) => card.series ?? []))
      expect(series[one.column]?.name).toBe(one.name);
    expect(cardOf(plan, 'cpu').series?.map(({ name, hue, shade }) => [name, hue, shade])).toEqual([
      ['cpu.user', 'cpu', 'first'],
      ['cpu.system', 'cpu', 'second'],
      ['cpu.iowait', 'disk', 'first'],
      ['cpu.steal', 'neutral', 'second'],
    ]);
    expect(cardOf(plan, 'network').series?.map(({ name, isBelow }) => [name, isBelow])).toEqual([
      ['network.all.receive', undefined],
      ['network.all.transmit', true],
    ]);
  });

  it('counts the cores, and draws their number as a line of the load', () => {
    const plan = planOf({ cores: 128 });
    expect(cardOf(plan, 'cpu').captions).toEqual(['128 cores']);
    expect(cardOf(plan, 'cpu').strip?.rows).toHaveLength(128);
    expect(cardOf(plan, 'load').thresholds[0]).toEqual({ value: 128, level: 'fact', label: '128 cores' });
    expect(cardOf(planOf({ cores: 1 }), 'cpu').strip).toBeNull();
    expect(cardOf(planOf({ cores: 0 }), 'load').thresholds).toEqual([]);
  });

  it('has no card of what a macOS or Windows agent lacks, and a plain one where it lacks the parts', () => {
    const plan = planOf({ isLinux: false });
    expect(idsOf(plan)).toEqual(['cpu', 'memory', 'network', 'disk', 'load']);
    expect(cardOf(plan, 'cpu')).toMatchObject({ series: null, arrangement: 'lines', headValue: 'column' });
    expect(seriesOf(cardOf(plan, 'memory'))).toEqual(['memory.used']);
    expect(cardOf(plan, 'disk').strip).toBeNull();
    const windows = pretendCatalogue({ isLinux: false, disks: [] }).filter(
      ({ name }) => !/^(?:load|disk\.)/.test(name),
    );
    expect(idsOf(planOf(windows))).toEqual(['cpu', 'memory', 'network']);
  });

  it('leaves out states that the host lacks', () => {
    const series = pretendCatalogue().filter(({ name }) => name !== 'cpu.steal' && name !== 'cpu.iowait');
    expect(seriesOf(cardOf(planOf(series), 'cpu'))).toEqual(['cpu.user', 'cpu.system']);
  });

  it('works with what a token shows: parts without their whole, and the whole without its parts', () => {
    const shown = (...names: readonly string[]): BoardPlan =>
      planOf(pretendCatalogue().filter(({ name }) => names.includes(name)));
    const states = shown('cpu.user', 'cpu.system');
    expect(cardOf(states, 'cpu')).toMatchObject({ headValue: 'sum', captions: [] });
    expect(cardOf(states, 'cpu').head.series.name).toBe('cpu.user');
    expect(cardOf(shown('memory'), 'memory')).toMatchObject({ series: null, unit: 'percent', captions: [] });
    expect(cardOf(shown('memory.used'), 'memory')).toMatchObject({ unit: 'bytes' });
    expect(seriesOf(cardOf(shown('network.all.transmit'), 'network'))).toEqual(['network.all.transmit']);
    expect(cardOf(shown('pressure.io.some'), 'pressure').head.series.name).toBe('pressure.io.some');
  });

  it('says a limit that holds for the host itself', () => {
    const plan = planOf({ hasLimits: true });
    const say = (card: CardPlan): readonly string[] =>
      card.captions.map((caption) =>
        typeof caption === 'string' ? caption : `${caption.of.series.name}: ${caption.text('2')}`,
      );
    expect(say(cardOf(plan, 'cpu'))).toEqual(['2 cores', 'limit.cpuCores: limit 2']);
    expect(say(cardOf(plan, 'memory'))).toEqual(['memory.total: 2', 'limit.memoryMax: limit 2']);
    expect(namesIn(plan.facts)).toEqual(['limit.pidsMax']);
  });

  it('names what lies below a card, and not what only passes it on', () => {
    const plan = planOf({
      interfaces: ['eth0', 'wg0', 'docker0', 'veth12ab', 'lo'],
      disks: ['nvme0n1', 'sda', 'md0', 'dm-0'],
    });
    expect(cardOf(plan, 'network').captions).toEqual(['eth0, wg0']);
    expect(cardOf(plan, 'disk').captions).toEqual(['nvme0n1, sda']);
    expect(cardOf(planOf({ disks: manyOf('sd', 40) }), 'disk').captions).toEqual(['sd0, sd1 and 38 more']);
    expect(cardOf(planOf({ interfaces: ['lo'] }), 'network').captions).toEqual(['lo']);
  });

  it('lists filesystems, interfaces, disks and containers with the chart that each leads to', () => {
    const { lists } = planOf({ disks: manyOf('sd', 40), containers: ['web', 'db'] });
    expect(lists.disks).toHaveLength(40);
    expect(lists.filesystems.map(({ name, metric }) => [name, metric])).toEqual([
      ['/', 'filesystem.thing0.used'],
    ]);
    expect(lists.interfaces.map(({ metric }) => metric)).toEqual([
      'network.eth0.receive',
      'network.lo.receive',
    ]);
    expect(lists.containers.map(({ name }) => name)).toEqual(['web', 'db']);
  });

  it('gives unknown headlines plain cards after the others', () => {
    const orders = { name: 'shop.orders', label: 'Orders', unit: '/s', group: 'Shop', headline: true };
    const plan = planOf([...pretendCatalogue(), orders]);
    expect(idsOf(plan).at(-1)).toBe('shop.orders');
    expect(cardOf(plan, 'shop.orders')).toMatchObject({ title: 'Orders', unit: '/s', series: null });
  });

  it('shows a server that has nothing of a host: its headlines, or else what there is', () => {
    const orders = { name: 'shop.orders', label: 'Orders', unit: '/s', group: 'Shop' };
    const stock = { name: 'shop.stock', label: 'Stock', unit: 'count', group: 'Shop' };
    const withHeadline = planOf([{ ...orders, headline: true }, stock]);
    expect(idsOf(withHeadline)).toEqual(['shop.orders']);
    expect(namesIn(withHeadline.rest.details)).toEqual(['shop.stock']);
    const bare = planOf([orders, stock]);
    expect(idsOf(bare)).toEqual(['shop.orders', 'shop.stock']);
    expect(bare.rest.details).toEqual([]);
    expect(bare.rest.sections).toEqual([]);
  });

  it('leaves to the sections what no card draws, without facts, which need no chart', () => {
    const parts = { containers: ['web'], hasLimits: true };
    const plan = planOf(parts);
    const drawn = new Set(plan.cards.flatMap((card) => [card.head.series.name, ...(seriesOf(card) ?? [])]));
    const rest = namesIn(plan.rest.details);
    expect(rest.filter((name) => drawn.has(name))).toEqual([]);
    const facts = [
      'memory.total',
      'memory.swapTotal',
      'system.uptime',
      'filesystem.thing0.totalBytes',
      'limit.memoryMax',
      'limit.cpuCores',
      'limit.pidsMax',
      'container.web.memoryMax',
    ];
    const all = pretendCatalogue(parts).map(({ name }) => name);
    expect(all.filter((name) => !drawn.has(name) && !rest.includes(name)).toSorted()).toEqual(
      facts.toSorted(),
    );
    expect(plan.rest.headlines).toEqual([]);
    expect(rest).toContain('cpu.core.0');
    expect(rest).toContain('cpu.nice');
    expect(plan.rest.sections.flatMap(({ tables }) => tables)).toEqual([]);
  });

  it('shows on a card what is the matter with anything below it', () => {
    const plan = planOf();
    const cardFor = (metric: string): string | undefined =>
      plan.cards.find((card) => card.concerns(metric))?.id;
    expect(
      [
        'cpu',
        'cpu.steal',
        'limit.throttled',
        'memory.available',
        'memory.oomKills',
        'pressure.io.full',
        'disk.sda.utilisation',
        'network.eth0.receiveDrops',
        'load',
        'filesystem.var.used',
      ].map(cardFor),
    ).toEqual(['cpu', 'cpu', 'cpu', 'memory', 'memory', 'pressure', 'disk', 'network', 'load', undefined]);
  });

  it('is made once for each announcement and language', () => {
    const memo = boardPlanMemo();
    const layout = layoutOf(pretendCatalogue());
    const plan = memo(layout, LANGUAGE);
    expect(memo(layout, LANGUAGE)).toBe(plan);
    expect(memo(layoutOf(pretendCatalogue()), LANGUAGE)).not.toBe(plan);
  });
});

describe('the text of a strip', () => {
  const readingOf = (plan: BoardPlan, id: string, values: readonly (number | null)[]): string | undefined =>
    cardOf(plan, id).strip?.reading(values, 'en');

  it('names the busiest of many, and reads one or two one by one', () => {
    expect(readingOf(planOf({ cores: 4 }), 'cpu', [1, 40, 7, 9])).toBe('busiest: Core 1, 40.0 %');
    expect(readingOf(planOf(), 'disk', [93])).toBe('93.0 %');
    expect(readingOf(planOf(), 'pressure', [0, 20, 1.5])).toBe('memory 20.0 %');
  });

  it('does not take what is not known for idle', () => {
    expect(readingOf(planOf({ cores: 4 }), 'cpu', [null, null, null, null])).toBe('–');
    expect(readingOf(planOf({ cores: 4 }), 'cpu', [null, 0, null, 0])).toBe('busiest: Core 1, 0.0 %');
  });

  it('reads swap in bytes where these are known', () => {
    const GIB = 1024 ** 3;
    expect(readingOf(planOf(), 'memory', [5, 0.2 * GIB, 4 * GIB])).toBe('205 MiB of 4.00 GiB');
    expect(readingOf(planOf(), 'memory', [5, null, null])).toBe('5.0 %');
    expect(cardOf(planOf({ hasSwap: false }), 'memory').strip?.title).toBe('available');
    expect(readingOf(planOf({ hasSwap: false }), 'memory', [GIB])).toBe('1.00 GiB');
  });
});
