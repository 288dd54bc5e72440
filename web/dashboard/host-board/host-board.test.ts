import { render } from 'lit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sectionsOf } from '../../elements/metrics-panel/sections/sections-layout.ts';
import type { ChartsContext } from '../../elements/metrics-panel/charts-view.ts';
import { panelLayoutOf } from '../../elements/metrics-panel/panel-layout.ts';
import '../../elements/metrics-panel/parts/charts.ts';
import { Attention, type Concern } from '../../state/attention.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { chartsContext, START_MS } from '../../testing/charts-context.ts';
import { manyOf, pretendCatalogue, type PretendParts } from '../../testing/pretend-catalogue.ts';
import { boardMessages } from './board-messages.ts';
import { boardPlanOf } from './board-plan.ts';
import { boardView, type BoardPlace } from './board-view.ts';
import type { HostBoard } from './host-board.ts';
import type { TimeView } from './time-view.ts';

const ROWS = 20;
const PROCESSES = {
  name: 'processes',
  label: 'Processes',
  group: 'Processes',
  help: '',
  source: '',
  columns: [],
};
const LISTS = 'filesystem-list, interface-list, disk-list, container-tiles';

type Value = (name: string, row: number) => number | null;

interface Shown {
  readonly board: HostBoard;
  readonly context: ChartsContext;
  readonly attention: Attention;
  readonly cards: readonly Element[];
  /** Renders again, with changes. */
  readonly again: (changes?: Partial<ChartsContext>) => Promise<void>;
}

let place: HTMLElement;

beforeEach(() => {
  place = document.createElement('main');
  document.body.append(place);
});

afterEach(() => {
  vi.restoreAllMocks();
  render(null, place);
  place.remove();
});

async function show(
  parts: PretendParts,
  {
    width = 1392,
    on = 'page',
    value = () => 10,
    concerns = [],
  }: { width?: number; on?: BoardPlace; value?: Value; concerns?: readonly Partial<Concern>[] } = {},
): Promise<Shown> {
  place.style.width = `${width}px`;
  const series = pretendCatalogue(parts);
  const { context } = chartsContext(
    series,
    Array.from({ length: ROWS }, (_, row) => series.map(({ name }) => value(name, row))),
  );
  const attention = new Attention();
  attention.set(concerns.map(pretendConcern));
  const plan = boardPlanOf(panelLayoutOf(series, [PROCESSES], sectionsOf), boardMessages(context.language));
  let now = context;
  const again = async (changes: Partial<ChartsContext> = {}): Promise<void> => {
    now = { ...now, revision: now.revision + 1, ...changes };
    render(boardView(plan, { ...now, tableView: () => 'the processes' as never }, attention, on), place);
    await settled();
  };
  await again();
  const board = place.querySelector('host-board');
  if (board === null) throw new Error('no board');
  return { board, context, attention, cards: [...board.querySelectorAll('metric-chart')], again };
}

function pretendConcern(changes: Partial<Concern>): Concern {
  return {
    kind: 'memory-low',
    level: 'trouble',
    metric: 'memory',
    sinceMs: null,
    isMuted: false,
    isKnown: true,
    opening: '',
    clause: '',
    caption: 'over 95 %',
    ...changes,
  };
}

async function settled(): Promise<void> {
  const board = place.querySelector('host-board');
  await board?.updateComplete;
  for (const view of viewsIn(board)) await view.updateComplete;
}

function viewsIn(board: HostBoard | null): TimeView[] {
  return [
    ...(board?.querySelectorAll('card-strip') ?? []),
    ...(board?.shadowRoot?.querySelectorAll<TimeView>(LISTS) ?? []),
  ];
}

function listOf<Tag extends keyof HTMLElementTagNameMap>(
  board: HostBoard,
  tag: Tag,
): HTMLElementTagNameMap[Tag] {
  const list = board.shadowRoot?.querySelector(tag) ?? null;
  if (list === null) throw new Error(`no ${tag}`);
  return list;
}

/** Text of each row, which is rendered once the list is on the screen. */
function rowsOf(list: Element): string[] {
  return [...(list.shadowRoot?.querySelectorAll('li') ?? [])].map((row) =>
    row.innerText.replaceAll(/\s+/g, ' ').trim(),
  );
}

function stripOf(card: Element | undefined): string {
  const strip = card?.querySelector('card-strip')?.shadowRoot?.querySelector('p');
  return [...(strip?.children ?? [])].map(({ textContent }) => textContent).join(' | ');
}

/** Rows of boxes as their distances to the ends of the container, to see holes. */
function rowEnds(boxes: readonly Element[], frame: DOMRect): [left: number, right: number][] {
  const rows = new Map<number, [number, number]>();
  for (const box of boxes) {
    const { top, left, right } = box.getBoundingClientRect();
    const row = rows.get(Math.round(top)) ?? [left, right];
    rows.set(Math.round(top), [Math.min(row[0], left), Math.max(row[1], right)]);
  }
  return [...rows.values()].map(([left, right]) => [
    Math.round(left - frame.left),
    Math.round(frame.right - right),
  ]);
}

describe('a board', () => {
  it('shows cards that are found by the metric of their number, with all of their series', async () => {
    const { cards } = await show({});
    expect(cards.map((card) => (card as HTMLElement).dataset['metric'])).toEqual([
      'cpu',
      'memory',
      'pressure.cpu.some',
      'network.all.receive',
      'disk.all.read',
      'load',
    ]);
    const [cpu] = cards;
    expect(cpu).toMatchObject({ label: 'CPU', caption: '2 cores', arrangement: 'stacked', notice: null });
  });

  it.each([
    [1392, 'three columns'],
    [900, 'two columns'],
    [500, 'one column'],
  ])('has no holes at a width of %i px, whatever the number of cards (%s)', async (width) => {
    for (const parts of [{}, { isLinux: false }, { disks: [] }, { filesystems: [], disks: [] }]) {
      const { board, cards } = await show(parts, { width });
      const lists = [...(board.shadowRoot?.querySelectorAll('.lists > *') ?? [])];
      const frame = board.getBoundingClientRect();
      for (const boxes of [cards, lists])
        for (const ends of rowEnds(boxes, frame)) expect(ends).toEqual([0, 0]);
      render(null, place);
    }
  });

  it('has three columns on a wide page, two on a smaller one, one where there is no room', async () => {
    const columnsAt = async (width: number): Promise<number> => {
      const { cards } = await show({}, { width });
      const tops = cards.map((card) => Math.round(card.getBoundingClientRect().top));
      render(null, place);
      return tops.filter((top) => top === tops[0]).length;
    };
    expect([await columnsAt(1053), await columnsAt(1051), await columnsAt(655)]).toEqual([3, 2, 1]);
  });

  it('tells facts beside titles, and in a line what no card tells', async () => {
    const GIB = 1024 ** 3;
    const { board, cards } = await show(
      { hasLimits: true },
      {
        value: (name) =>
          ({ 'memory.total': 31.2 * GIB, 'limit.memoryMax': GIB, 'limit.pidsMax': 512 })[name] ?? 2,
      },
    );
    expect(cards.map((card) => (card as HTMLElementTagNameMap['metric-chart']).caption).slice(0, 2)).toEqual([
      '2 cores · limit 2',
      '31.2 GiB · limit 1.00 GiB',
    ]);
    expect(board.shadowRoot?.querySelector('dl')?.innerText.replaceAll(/\s+/g, ' ')).toBe(
      'Process limit 512',
    );
  });

  it('leaves out facts that are not known', async () => {
    const { cards } = await show({ cores: 0 }, { value: () => null });
    expect(cards.map((card) => (card as HTMLElementTagNameMap['metric-chart']).caption)[1]).toBe('');
  });

  it('says on a card what is the matter with what it shows, the worst first, and not what is muted', async () => {
    const { cards } = await show(
      {},
      {
        concerns: [
          {
            metric: 'disk.nvme0n1.utilisation',
            level: 'warning',
            caption: 'nvme0n1 93 % busy',
            isMuted: true,
          },
          { metric: 'memory', caption: '1.4 GiB left' },
          { metric: 'limit.memory', level: 'warning', caption: 'limit' },
        ],
      },
    );
    expect(cards.map((card) => (card as HTMLElementTagNameMap['metric-chart']).notice)).toEqual([
      null,
      { level: 'trouble', text: '1.4 GiB left' },
      null,
      null,
      null,
      null,
    ]);
  });

  it('says nothing of the present while it is paused', async () => {
    const { cards, again } = await show({}, { concerns: [{}] });
    const notice = (): unknown => (cards[1] as HTMLElementTagNameMap['metric-chart']).notice;
    expect(notice()).toEqual({ level: 'trouble', text: 'over 95 %' });
    await again({ isFrozen: true });
    expect(notice()).toBeNull();
    await again({ isFrozen: true, span: { fromMs: START_MS, toMs: START_MS + 1000 } });
    expect(notice()).toEqual({ level: 'trouble', text: 'over 95 %' });
  });

  it('has the sum of present values in its head also where the charts show the past until now', async () => {
    const present: Readonly<Record<string, number>> = {
      'network.all.receive': 1024,
      'network.all.transmit': 2048,
      'pressure.cpu.some': 1,
      'pressure.io.some': 7,
    };
    const { cards, again } = await show({});
    await again({ current: (metric) => present[metric] ?? 0 });
    const readingOf = (id: string): string | undefined =>
      cards
        .find((card) => card.getAttribute('data-card') === id)
        ?.shadowRoot?.querySelector('.value')
        ?.textContent.replaceAll(/\s+/g, ' ')
        .trim();
    await expect.poll(() => readingOf('network')).toMatch(/^3\.00 ?KiB/);
    expect(readingOf('pressure')).toMatch(/^7\.0/);
  });

  it('draws the limit of one of several lines only while that needs attention, at its level and on that line', async () => {
    const { cards, attention, again } = await show({});
    const lines = (): unknown =>
      (cards[2] as HTMLElementTagNameMap['metric-chart']).thresholds.map(({ value, of }) => [value, of]);
    expect(lines()).toEqual([]);
    attention.set([pretendConcern({ metric: 'pressure.memory.some' })]);
    await again();
    expect(lines()).toEqual([[10, 1]]);
    attention.set([pretendConcern({ metric: 'pressure.memory.some', level: 'warning' })]);
    await again();
    expect(lines()).toEqual([[5, 1]]);
  });

  it('shows tables at full width', async () => {
    const { board } = await show({});
    const table = board.querySelector('[slot="tables"]');
    expect(table?.textContent).toBe('the processes');
    expect(table?.clientWidth).toBeGreaterThan(board.clientWidth - 10);
  });

  it('is accessible', async () => {
    const { board } = await show({ containers: manyOf('pod', 20), filesystems: ['/', '/var'] });
    await expect.poll(() => rowsOf(listOf(board, 'filesystem-list'))).toHaveLength(2);
    await expectAccessible(board);
  });

  it('keeps the elements of its cards from sample to sample', async () => {
    const { board, cards, again } = await show({});
    await again();
    expect([...board.querySelectorAll('metric-chart')]).toEqual(cards);
  });
});

describe('on a phone', () => {
  it('cards are rows, and those in trouble are whole and above all others, as are their filesystems', async () => {
    const { board, cards } = await show(
      {},
      {
        width: 358,
        on: 'phone',
        concerns: [
          { metric: 'pressure.memory.some', caption: 'over 10 %' },
          { metric: 'filesystem.thing0.used', caption: 'full' },
        ],
      },
    );
    const rows = cards as HTMLElementTagNameMap['metric-chart'][];
    expect(rows.map(({ row }) => row)).toEqual([true, true, false, true, true, true]);
    const tops = [rows[2], listOf(board, 'filesystem-list'), rows[0]].map(
      (one) => one?.getBoundingClientRect().top ?? 0,
    );
    expect(tops.toSorted((one, other) => one - other)).toEqual(tops);
    expect(rows[0]?.querySelector('card-strip')).toBeNull();
    expect(rows[2]?.querySelector('card-strip')).not.toBeNull();
  });

  it('nothing is wider than the screen', async () => {
    const { board } = await show(
      {
        containers: manyOf('a-container-with-a-long-name-', 5),
        filesystems: ['/srv/a/very/long/mount/point'],
      },
      { width: 288, on: 'phone' },
    );
    await expect.poll(() => rowsOf(listOf(board, 'filesystem-list'))).toHaveLength(1);
    for (const list of board.shadowRoot?.querySelectorAll(LISTS) ?? [])
      expect(list.shadowRoot?.querySelector('.card')?.scrollWidth).toBeLessThanOrEqual(288);
  });
});

describe('on a wall', () => {
  it.each([
    [{ cores: 2 }, 1860, 800],
    [
      { cores: 128, containers: manyOf('pod', 40), disks: manyOf('sd', 40), filesystems: manyOf('/srv/', 9) },
      1860,
      800,
    ],
    [{ isLinux: false }, 1860, 800],
    [{ cores: 128, containers: manyOf('pod', 40) }, 1020, 1600],
  ])('everything is on one screen: %#', async (parts, width, height) => {
    place.style.cssText = `display: flex; flex-direction: column; height: ${height}px`;
    const { board, cards } = await show(parts, { width, on: 'wall' });
    const frame = board.getBoundingClientRect();
    expect(Math.round(frame.height)).toBe(height);
    const boxes = [...cards, listOf(board, 'filesystem-list'), ...board.querySelectorAll('[slot="tables"]')];
    for (const box of boxes) {
      expect(box.getBoundingClientRect().bottom).toBeLessThanOrEqual(frame.bottom + 1);
      expect(box.getBoundingClientRect().right).toBeLessThanOrEqual(frame.right + 1);
    }
    for (const card of cards) {
      // The plot takes what is left.
      const figure = card.shadowRoot?.querySelector('figure') ?? card;
      expect(
        Math.abs(figure.getBoundingClientRect().bottom - card.getBoundingClientRect().bottom),
      ).toBeLessThan(1);
    }
    expect(board.querySelector('card-strip')).toBeNull();
    expect(board.scrollHeight).toBeLessThanOrEqual(board.clientHeight);
  });
});

describe('a strip', () => {
  const busyCore: Value = (name, row) =>
    name === 'cpu.core.1' ? row * 4 : name.startsWith('cpu.core.') ? 10 : 0;

  it('reads the newest sample, the crosshair, and the selected time', async () => {
    const { cards, context, again } = await show({ cores: 4 }, { value: busyCore });
    await expect.poll(() => stripOf(cards[0])).toBe('cores 0–3, top to bottom | busiest: Core 1, 76.0 %');
    context.crosshair?.moveTo(START_MS + 5000);
    await expect.poll(() => stripOf(cards[0])).toContain('Core 1, 20.0 %');
    context.crosshair?.moveTo(null);
    await again({ selectedMs: START_MS + 10_000 });
    await expect.poll(() => stripOf(cards[0])).toContain('Core 1, 40.0 %');
  });

  it('is painted for a sample, not for the crosshair', async () => {
    const { cards, board, context, again } = await show({ cores: 4, containers: ['web'] });
    await expect.poll(() => stripOf(cards[0])).not.toBe('');
    const canvases = viewsIn(board).map(({ shadowRoot }) => shadowRoot?.querySelector('canvas'));
    await expect.poll(() => canvases.every((canvas) => !canvas || canvas.width !== 300)).toBe(true);
    const painted = new Set<HTMLCanvasElement>();
    const { clearRect } = CanvasRenderingContext2D.prototype;
    vi.spyOn(CanvasRenderingContext2D.prototype, 'clearRect').mockImplementation(function (
      this: CanvasRenderingContext2D,
      ...box
    ) {
      if (canvases.includes(this.canvas)) painted.add(this.canvas);
      clearRect.apply(this, box);
    });
    const hair = cards[0]?.querySelector('card-strip')?.shadowRoot?.querySelector<HTMLElement>('.hairs i');
    context.crosshair?.moveTo(START_MS + 5000);
    await expect.poll(() => hair?.hidden).toBe(false);
    expect(painted.size).toBe(0);
    await again();
    expect(painted.size).toBeGreaterThan(3);
  });

  it('has its hair where the crosshair points', async () => {
    const { cards, context } = await show({ cores: 4 });
    const strip = cards[0]?.querySelector('card-strip');
    await expect.poll(() => stripOf(cards[0])).not.toBe('');
    const hair = strip?.shadowRoot?.querySelector('i') as HTMLElement;
    expect(hair.hidden).toBe(true);
    context.crosshair?.moveTo(START_MS + (ROWS - 1) * 500);
    await expect.poll(() => hair.hidden).toBe(false);
    const { left, width } = (strip?.shadowRoot?.querySelector('.hairs') ?? hair).getBoundingClientRect();
    expect((hair.getBoundingClientRect().left - left) / width).toBeCloseTo(0.5, 2);
  });

  it('paints a cell for each sample and core, stronger where the load is higher, and leaves gaps empty', async () => {
    const { cards } = await show(
      { cores: 2 },
      {
        value: (name, row) =>
          row >= 5 && row < 10 ? null : name === 'cpu.core.0' ? 100 : name === 'cpu.core.1' ? 0 : 1,
      },
    );
    const canvas = cards[0]?.querySelector('card-strip')?.shadowRoot?.querySelector('canvas');
    const pixel = (x: number, y: number): readonly number[] => [
      ...(canvas
        ?.getContext('2d')
        ?.getImageData(Math.round(canvas.width * x), Math.round(canvas.height * y), 1, 1).data ?? []),
    ];
    await expect.poll(() => pixel(0.1, 0.25)[3]).toBe(255);
    expect(pixel(7 / 19, 0.25)[3]).toBe(0);
    const [busy, idle] = [pixel(0.9, 0.25), pixel(0.9, 0.75)];
    expect(busy).not.toEqual(idle);
    expect(idle[3]).toBe(255);
  });

  it('is out of date with its samples', async () => {
    const { cards, again } = await show({ cores: 4 });
    await again({ isStale: true });
    expect(cards[0]?.querySelector('card-strip')?.hasAttribute('stale')).toBe(true);
  });
});

describe('lists', () => {
  const GIB = 1024 ** 3;

  it('show how full filesystems are and what is left, and tint only those in trouble', async () => {
    const { board } = await show(
      { filesystems: ['/', '/var', '/srv'] },
      {
        value: (name) => (name.endsWith('.used') ? (name.includes('var') ? 91.4 : 41) : 9.9 * GIB),
        concerns: [
          { kind: 'filesystem-full', metric: 'filesystem.var.used', caption: '/var is 91 % full' },
          {
            kind: 'filesystem-soon-full',
            metric: 'filesystem.srv.used',
            level: 'warning',
            caption: 'full in 9 h',
          },
        ],
      },
    );
    const list = listOf(board, 'filesystem-list');
    await expect
      .poll(() => rowsOf(list))
      .toEqual(['/ 41.0 % 9.90 GiB left', '/var 91.4 % 9.90 GiB left', '/srv 41.0 % full in 9 h']);
    const items = [...(list.shadowRoot?.querySelectorAll('li') ?? [])];
    expect(items.map(({ className }) => className)).toEqual(['', 'trouble', 'warning']);
    expect(items.map((item) => item.querySelectorAll('svg').length)).toEqual([0, 1, 1]);
    expect(list.shadowRoot?.querySelector('.card')?.classList.contains('trouble')).toBe(true);
    const colours = items.map(
      (item) => getComputedStyle(item.querySelector('.bar') ?? item, '::before').backgroundColor,
    );
    expect(new Set(colours).size).toBe(3);
    expect(list.shadowRoot?.querySelector('[role=meter]')?.ariaValueText).toBe('41.0 %');
  });

  it('say what is not known, instead of 0', async () => {
    const { board } = await show({}, { value: () => null });
    await expect.poll(() => rowsOf(listOf(board, 'disk-list'))).toEqual(['nvme0n1 – – busy –']);
  });

  it('add up present values where the charts show the past until now', async () => {
    const { board, cards, again } = await show({ cores: 4 });
    await again({ current: (metric) => (metric.startsWith('disk.') ? 1024 : 3) });
    await expect.poll(() => rowsOf(listOf(board, 'disk-list'))[0]).toMatch(/^nvme0n1 2\.00 KiB\/s/);
    await expect.poll(() => stripOf(cards[0])).toMatch(/3\.0 %$/);
  });

  it('leave no empty columns where nobody says how busy disks are', async () => {
    const { board } = await show({ isLinux: false });
    const list = listOf(board, 'disk-list');
    await expect.poll(() => rowsOf(list)).toHaveLength(1);
    const rows = list.shadowRoot?.querySelector('.rows')?.getBoundingClientRect();
    const value = list.shadowRoot?.querySelector('.first')?.getBoundingClientRect();
    expect(Number(rows?.right) - Number(value?.right)).toBeLessThan(1);
  });

  it('fold virtual interfaces that carry nothing, until they do, and show all on demand', async () => {
    let isUsed = false;
    const { board, context, again } = await show(
      { interfaces: ['eth0', 'veth1', 'veth2', 'lo'] },
      { value: () => 0 },
    );
    const list = listOf(board, 'interface-list');
    const names = (): (string | undefined)[] => rowsOf(list).map((row) => row.split(' ')[0]);
    await expect.poll(names).toEqual(['eth0']);
    const more = list.shadowRoot?.querySelector<HTMLButtonElement>('.more');
    expect(more?.innerText).toBe('and 3 more, idle');
    isUsed = true;
    const series = context.buffer.announcement.series.map(({ name }) =>
      isUsed && name === 'network.veth1.receive' ? 512 : 0,
    );
    context.buffer.add({ seq: 99, timestampMs: START_MS + 30_000, values: series });
    await again();
    await expect.poll(names).toEqual(['eth0', 'veth1']);
    more?.click();
    await expect.poll(names).toEqual(['eth0', 'veth1', 'veth2', 'lo']);
    expect(list.shadowRoot?.querySelector('.more')?.getAttribute('aria-expanded')).toBe('true');
  });

  it('do not call interfaces idle that are only too many', async () => {
    const { board } = await show({ interfaces: [...manyOf('eth', 8), 'lo'] }, { value: () => 512 });
    const list = listOf(board, 'interface-list');
    await expect.poll(() => rowsOf(list)).toHaveLength(6);
    expect(list.shadowRoot?.querySelector<HTMLButtonElement>('.more')?.innerText).toBe('Show all 9');
  });

  it('lead to the charts of a thing', async () => {
    const { board } = await show({ containers: ['web'] });
    await expect.poll(() => rowsOf(listOf(board, 'disk-list'))).toHaveLength(1);
    const told: string[] = [];
    place.addEventListener('showmetric', ({ detail }) => told.push(detail));
    for (const list of board.shadowRoot?.querySelectorAll(LISTS) ?? [])
      list.shadowRoot?.querySelector<HTMLButtonElement>('.name')?.click();
    expect(told).toEqual([
      'filesystem.thing0.used',
      'network.eth0.receive',
      'disk.nvme0n1.read',
      'container.web.cpu',
    ]);
    expect(listOf(board, 'disk-list').shadowRoot?.querySelector('.name')?.getAttribute('aria-label')).toBe(
      'Charts of nvme0n1',
    );
  });

  it('show the busiest of many disks, and those in trouble before all', async () => {
    const { board } = await show(
      { disks: manyOf('sd', 40) },
      {
        value: (name) => Number(/^disk\.sd(\d+)\.utilisation$/.exec(name)?.[1] ?? 1),
        concerns: [{ kind: 'disk-busy', metric: 'disk.sd7.utilisation', level: 'warning' }],
      },
    );
    const list = listOf(board, 'disk-list');
    await expect
      .poll(() => rowsOf(list).map((row) => row.split(' ')[0]))
      .toEqual(['sd7', 'sd39', 'sd38', 'sd37', 'sd36', 'sd35']);
    expect(list.shadowRoot?.querySelector<HTMLElement>('.more')?.innerText).toBe('Show all 40');
  });

  it.each([
    [1392, 8],
    [1000, 4],
    [358, 2],
  ])('have containers in tiles: at %i px %i in a row, two rows of many', async (width, perRow) => {
    const { board } = await show({ containers: manyOf('pod', 60) }, { width });
    const list = listOf(board, 'container-tiles');
    await expect.poll(() => rowsOf(list).length).toBe(2 * perRow);
    list.shadowRoot?.querySelector<HTMLButtonElement>('.more')?.click();
    await expect.poll(() => rowsOf(list).length).toBe(60);
  });

  it('tell the memory of a container of its limit', async () => {
    const { board } = await show(
      { containers: ['db'] },
      { value: (name) => (name.endsWith('memory') ? 2.2 : name.endsWith('memoryMax') ? 4 : 0) * GIB },
    );
    await expect.poll(() => rowsOf(listOf(board, 'container-tiles'))).toEqual(['db 0.0 % 2.20 / 4 GiB']);
  });

  it('draw the lines of all rows on one canvas, with one scale', async () => {
    const { board } = await show(
      { disks: ['sda', 'sdb'] },
      { value: (name) => (name === 'disk.sda.read' ? 1e6 : name === 'disk.sdb.read' ? 1e5 : 0) },
    );
    const list = listOf(board, 'disk-list');
    const canvases = list.shadowRoot?.querySelectorAll('canvas') ?? [];
    expect(canvases).toHaveLength(1);
    const [canvas] = canvases;
    /** How many pixels of a column above the middle of a row are painted. */
    const heightOf = (row: number): number => {
      if (canvas === undefined || canvas.height === 0) return 0;
      const rowHeight = Math.floor(canvas.height / 2);
      const x = Math.floor(canvas.width / 2);
      const { data } =
        canvas.getContext('2d')?.getImageData(x, row * rowHeight, 1, Math.floor(rowHeight / 2) - 1) ?? {};
      return [...(data ?? [])].filter((value, at) => at % 4 === 3 && value > 0).length;
    };
    await expect.poll(() => heightOf(0)).toBeGreaterThan(6);
    expect(heightOf(1)).toBeLessThan(heightOf(0) / 3);
  });

  it('take names of the agent as text', async () => {
    const { board } = await show({ disks: ['<img src=x onerror=alert(1)>'] });
    const list = listOf(board, 'disk-list');
    await expect.poll(() => rowsOf(list)[0]).toContain('<img src=x');
    expect(list.shadowRoot?.querySelector('img')).toBeNull();
  });
});
