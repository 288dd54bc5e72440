import type { ChartSeries } from '../../elements/metric-chart/chart-series.ts';
import type { PlacedSeries } from '../../elements/metrics-panel/panel-layout.ts';
import { linesOf } from '../../state/thresholds.ts';
import type { BoardMessages } from './board-messages.ts';
import type { CardPlan, PlannedThreshold } from './board-plan.ts';
import { isStackedDisk, isVirtualInterface } from './board-lists.ts';
import {
  availableStrip,
  blockedStrip,
  busyStrip,
  coresStrip,
  dropsStrip,
  fullPressureStrip,
  swapStrip,
} from './board-strips.ts';
import type { SeriesIndex, Thing } from './series-index.ts';

/** Names beside a title. */
const MAX_NAMES = 3;

type Card = Omit<CardPlan, 'id' | 'title'>;
type Shade = ChartSeries['shade'];

const BARE = {
  captions: [],
  headValue: 'column',
  arrangement: 'lines',
  series: null,
  thresholds: [],
  strip: null,
} as const satisfies Partial<CardPlan>;

/** The cards that the board knows how to draw, without those of which the host has nothing. */
export function knownCards(index: SeriesIndex, messages: BoardMessages): readonly CardPlan[] {
  const cards: Readonly<Record<keyof BoardMessages['cards'], Card | null>> = {
    cpu: cpuCard(index, messages),
    memory: memoryCard(index, messages),
    pressure: pressureCard(index, messages),
    network: networkCard(index, messages),
    disk: diskCard(index, messages),
    load: loadCard(index, messages),
  };
  return Object.entries(cards).flatMap(([id, card]) =>
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the record above
    card === null ? [] : { id, title: messages.cards[id as keyof typeof cards], ...card },
  );
}

/** A chart of one series, as it is. */
export function plainCard(head: PlacedSeries): CardPlan {
  const { name, label, unit, min, max } = head.series;
  return {
    ...BARE,
    id: name,
    title: label,
    head,
    hue: head.hue,
    unit,
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    concerns: (metric) => metric === name,
  };
}

function cpuCard(index: SeriesIndex, messages: BoardMessages): Card | null {
  const { states } = messages;
  const series = [
    seriesOf(index.get('cpu.user'), states.user, 'first'),
    seriesOf(index.get('cpu.system'), states.system, 'second'),
    seriesOf(index.get('cpu.iowait'), states.iowait, 'first'),
    seriesOf(index.get('cpu.steal'), states.steal, 'second', 'neutral'),
  ].flat();
  const rare = [
    seriesOf(index.get('cpu.nice'), states.nice, 'third'),
    seriesOf(index.get('cpu.softirq'), states.softirq, 'third'),
    seriesOf(index.get('cpu.irq'), states.irq, 'third'),
  ].flat();
  const whole = index.get('cpu');
  const head = whole ?? index.all(...series.map(({ name }) => name))[0];
  if (head === undefined) return null;
  const { cores } = index;
  const limit = index.get('limit.cpuCores');
  return {
    ...BARE,
    captions: [
      ...(cores.length === 0 ? [] : [messages.cores(cores.length)]),
      ...(limit === undefined ? [] : [{ of: limit, text: messages.limit }]),
    ],
    head,
    hue: 'cpu',
    unit: head.series.unit,
    headValue: whole === undefined ? 'sum' : 'column',
    ...several(series, 'stacked'),
    ...(series.length === 0 ? {} : { rare }),
    thresholds: linesOf('cpu').map(({ at, level }) => ({ value: at, level, label: String(at) })),
    min: 0,
    max: 100,
    strip: coresStrip(cores, messages),
    concerns: (metric) => /^(?:cpu(?:\.|$)|limit\.(?:cpu|throttled))/.test(metric),
  };
}

function memoryCard(index: SeriesIndex, messages: BoardMessages): Card | null {
  const whole = index.get('memory');
  const used = index.get('memory.used');
  const total = index.get('memory.total');
  const limit = index.get('limit.memoryMax');
  const head = whole ?? used;
  if (head === undefined) return null;
  const shared = {
    ...BARE,
    captions: [
      ...(total === undefined ? [] : [{ of: total, text: (reading: string) => reading }]),
      ...(limit === undefined ? [] : [{ of: limit, text: messages.limit }]),
    ],
    head,
    hue: 'memory',
    strip: swapStrip(index, messages) ?? availableStrip(index, messages),
    concerns: (metric: string) => /^(?:memory(?:\.|$)|limit\.(?:memory|oomKills))/.test(metric),
  } as const;
  if (used === undefined) return { ...shared, unit: head.series.unit, min: 0, max: 100 };
  return {
    ...shared,
    unit: used.series.unit,
    ...(whole === undefined ? {} : { headUnit: whole.series.unit }),
    ...several(
      [
        seriesOf(used, messages.memory.used, 'first'),
        seriesOf(index.get('memory.cached'), messages.memory.caches, 'second'),
      ].flat(),
      'stacked',
    ),
    thresholds: limitsOf('memory', 0).map((low) => ({
      ...low,
      value: low.value / 100,
      isOfTop: true,
      label: messages.memory.left(String(100 - low.value)),
    })),
    min: 0,
    ...(total === undefined ? {} : { top: total }),
  };
}

function pressureCard(index: SeriesIndex, messages: BoardMessages): Card | null {
  const { cpu, memory, io } = messages.pressure;
  const kinds = [
    ['cpu', cpu, 'some'],
    ['memory', memory, 'some'],
    ['io', io, 'full'],
  ] as const;
  const series = kinds.flatMap(([kind, label]) =>
    seriesOf(index.get(`pressure.${kind}.some`), label, 'first'),
  );
  const [head] = index.all(...series.map(({ name }) => name));
  if (head === undefined) return null;
  return {
    ...BARE,
    captions: [messages.pressure.what],
    head,
    hue: 'neutral',
    unit: head.series.unit,
    headValue: 'highest',
    series,
    thresholds: kinds.flatMap(([kind, , extent]) =>
      limitsOf(
        `pressure.${kind}.${extent}`,
        series.findIndex(({ name }) => name === `pressure.${kind}.some`),
      ),
    ),
    min: 0,
    strip: fullPressureStrip(index, messages),
    concerns: (metric) => metric.startsWith('pressure.'),
  };
}

function networkCard(index: SeriesIndex, messages: BoardMessages): Card | null {
  const { received, sent } = messages.network;
  const things = index.things('network');
  return mirrored(index.get('network.all.receive'), index.get('network.all.transmit'), [received, sent], {
    captions: [namesOf(things, isVirtualInterface, messages)].filter(Boolean),
    hue: 'network',
    strip: dropsStrip(things, messages),
    concerns: (metric) => metric.startsWith('network.'),
  });
}

function diskCard(index: SeriesIndex, messages: BoardMessages): Card | null {
  const { read, written } = messages.disk;
  const things = index.things('disk');
  return mirrored(index.get('disk.all.read'), index.get('disk.all.write'), [read, written], {
    captions: [namesOf(things, isStackedDisk, messages)].filter(Boolean),
    hue: 'disk',
    strip: busyStrip(things, messages),
    concerns: (metric) => metric.startsWith('disk.'),
  });
}

function loadCard(index: SeriesIndex, messages: BoardMessages): Card | null {
  const head = index.get('load');
  if (head === undefined) return null;
  const { cores } = index;
  const [one, five, fifteen] = messages.load.minutes;
  return {
    ...BARE,
    captions: [messages.load.what],
    head,
    hue: 'neutral',
    unit: head.series.unit,
    series: [
      seriesOf(head, one, 'first'),
      seriesOf(index.get('load.5'), five, 'second'),
      seriesOf(index.get('load.15'), fifteen, 'third'),
    ].flat(),
    thresholds:
      cores.length === 0 ? [] : [{ value: cores.length, level: 'fact', label: messages.cores(cores.length) }],
    min: 0,
    strip: blockedStrip(index, messages),
    concerns: (metric) => /^load(?:\.|$)|^system\.processesBlocked$/.test(metric),
  };
}

function mirrored(
  above: PlacedSeries | undefined,
  below: PlacedSeries | undefined,
  [up, down]: readonly [string, string],
  card: Pick<CardPlan, 'captions' | 'hue' | 'strip' | 'concerns'>,
): Card | null {
  const head = above ?? below;
  if (head === undefined) return null;
  const series = [
    ...seriesOf(above, up, 'first'),
    ...seriesOf(below, down, 'second').map((one) => ({ ...one, isBelow: true })),
  ];
  return {
    ...BARE,
    ...card,
    head,
    unit: head.series.unit,
    headValue: 'sum',
    arrangement: 'mirrored',
    series,
  };
}

/** Where a metric begins to need attention. @param of index of the series that shows it */
function limitsOf(metric: string, of: number): PlannedThreshold[] {
  return linesOf(metric).map(({ at, level }) => ({ value: at, level, label: String(at), metric, of }));
}

/** A single series needs no legend, and is drawn as such. */
function several(
  series: readonly ChartSeries[],
  arrangement: 'stacked' | 'lines',
): Pick<CardPlan, 'series' | 'arrangement'> {
  return series.length === 0 ? { series: null, arrangement: 'lines' } : { series, arrangement };
}

function seriesOf(
  placed: PlacedSeries | undefined,
  label: string,
  shade: Shade,
  hue = placed?.hue ?? 'neutral',
): ChartSeries[] {
  return placed === undefined ? [] : [{ name: placed.series.name, label, column: placed.column, hue, shade }];
}

/** `eth0, wg0`; those that only pass on what others carry are left out, unless there are no others. */
function namesOf(
  things: readonly Thing[],
  isSecondary: (thing: Thing) => boolean,
  messages: BoardMessages,
): string {
  const primary = things.filter((thing) => !isSecondary(thing));
  const names = (primary.length === 0 ? things : primary).map(({ name }) => name);
  return names.length > MAX_NAMES
    ? messages.andMore(names.slice(0, MAX_NAMES - 1).join(messages.list), names.length - MAX_NAMES + 1)
    : names.join(messages.list);
}
