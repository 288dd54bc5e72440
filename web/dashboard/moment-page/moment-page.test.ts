import { describe, expect, it } from 'vitest';
import { axisOf } from '../../charts/arranged.ts';
import type { Point } from '../../charts/gaps.ts';
import type { Arrangement } from '../../charts/series.ts';
import * as drawing from '../../elements/metric-chart/drawn-chart.ts';
import * as tables from '../../elements/metrics-panel/parts/tables.ts';
import { preferredLanguage } from '../../locales/languages.ts';
import { MOST_BYTES, momentPageOf } from './moment-page.ts';
import { STYLES, STYLES_HASH } from './moment-styles.ts';
import { DEFAULT_CHOICE, type Moment, type MomentChart, type MomentChoice } from './moment.ts';

const START_MS = Date.UTC(2026, 10, 30, 14);
const HOUR = 3600;
const ENGLISH = preferredLanguage(['en']);
const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&lt;`;

describe('the page of a moment', () => {
  it('has the hash of its style sheet in its policy, and allows nothing else', async () => {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(STYLES));
    const hash = `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
    expect(STYLES_HASH).toBe(hash);
    const policy = read(moment()).querySelector('meta[http-equiv]')?.getAttribute('content');
    expect(policy).toBe(`default-src 'none'; style-src '${hash}'; base-uri 'none'; form-action 'none'`);
    expect(read(moment()).querySelector('style')?.textContent).toBe(STYLES);
  });

  it('says of which year it is, since it may be opened in another', () => {
    const page = read(moment());
    expect(page.querySelector('.what')?.textContent).toMatch(/Nov 30, 2026|30 Nov 2026/);
    expect(page.title).toContain('2026');
  });

  it('shows hostile names as text', () => {
    const page = read(
      moment({
        host: HOSTILE,
        facts: [[HOSTILE, HOSTILE]],
        sentence: { named: HOSTILE, unnamed: HOSTILE },
        charts: [chart({ id: HOSTILE, title: HOSTILE, caption: HOSTILE, labels: [HOSTILE, HOSTILE] })],
        marks: [{ timestampMs: START_MS, level: 'event', label: HOSTILE, metric: null }],
        processes: processes([[HOSTILE, HOSTILE, HOSTILE, 3]]),
      }),
      { arguments: true, users: true },
    );
    expect(page.querySelectorAll('script, img, [onerror], [style], link, iframe, a').length).toBe(0);
    const texts = [
      ...page.querySelectorAll('h1, .sentence, dd, h2 bdi, small, .legend bdi, .list bdi, tbody th'),
    ];
    expect(texts.length).toBeGreaterThan(8);
    expect(texts.filter((one) => one.textContent !== HOSTILE)).toEqual([]);
    expect([...page.querySelectorAll('.box td')].map((cell) => cell.textContent)).toContain(HOSTILE);
  });

  it('has nothing of what is not chosen', () => {
    const whole = moment({
      processes: processes([['secret-name', 'secret-user', '--password secret-word', 3]]),
    });
    const everything = {
      host: false,
      facts: false,
      sentence: false,
      marks: false,
      processes: false,
    } as const;
    expect(pageOf(whole, everything).html).not.toMatch(/web-1|AMD|All is well|Host was restarted|secret/);
    const usual = pageOf(whole).html;
    expect(usual).toContain('secret-name');
    expect(usual).not.toMatch(/secret-user|secret-word/);
    const all = pageOf(whole, { arguments: true, users: true }).html;
    for (const secret of ['secret-name', 'secret-user', 'secret-word', 'web-1', 'AMD', 'web-1: all is well'])
      expect(all).toContain(secret);
    expect(pageOf(whole, { host: false }).html).toContain('All is well');
  });

  it('has only the chosen charts, in the order of the page', () => {
    const charts = ['cpu', 'memory', 'load'].map((id) => chart({ id, title: `The ${id}` }));
    const page = read(moment({ charts }), { without: new Set(['memory']) });
    expect([...page.querySelectorAll('.head h2')].map((title) => title.textContent)).toEqual([
      'The cpu',
      'The load',
    ]);
    expect(page.body.outerHTML).not.toContain('memory');
  });

  it('is at most 500 kB with thirty charts of an hour, and keeps the highest and the lowest of each stretch', () => {
    const charts = Array.from({ length: 30 }, (_, index) =>
      chart({ id: `chart-${index}`, count: HOUR, seriesCount: 3, spikeAt: 1801 }),
    );
    const page = pageOf(moment({ charts }));
    expect(page.bytes).toBeLessThanOrEqual(MOST_BYTES);
    expect(page.bytes).toBe(new TextEncoder().encode(page.html).length);
    expect(page.fits).toBe(true);
    expect(page.columnMs).not.toBe(null);
    expect(page.html).toContain('Lines have the lowest and the highest value of each');
    const [line] = read(moment({ charts })).querySelectorAll('path.line');
    // The spike of one second reaches the top of the plot, which is at 18 in units four times as fine.
    expect(highest(line)).toBeLessThan(30 * 4);
  });

  it('says that it does not fit when no fewer points would help', () => {
    const charts = Array.from({ length: 600 }, (_, index) =>
      chart({ id: `chart-${index}`, count: 600, seriesCount: 4 }),
    );
    expect(pageOf(moment({ charts })).fits).toBe(false);
  });

  it('leaves a gap a gap, with its cause', () => {
    const page = read(moment({ charts: [chart({ count: HOUR, gap: [1000, 1400] })] }));
    const [line] = page.querySelectorAll('path.line');
    expect(line?.getAttribute('d')?.match(/M/g)).toHaveLength(2);
    expect(page.querySelectorAll('rect.gap')).toHaveLength(1);
    expect(page.querySelector('details .list')?.textContent).toContain('agent was restarted');
    expect(page.querySelector('svg title')?.textContent).toContain('agent was restarted');
  });

  it('draws stacks on each other, and what is sent below the zero line', () => {
    const stacked = read(moment({ charts: [chart({ arrangement: 'stacked', seriesCount: 3 })] }));
    const tops = [...stacked.querySelectorAll('path.line')].map(highest);
    // The upper layers are drawn first.
    expect(tops).toEqual(tops.toSorted((one, other) => one - other));
    expect(new Set(tops).size).toBe(3);
    const mirrored = read(moment({ charts: [chart({ arrangement: 'mirrored', seriesCount: 2 })] }));
    const [sent, received] = mirrored.querySelectorAll('path.line');
    expect(highest(received)).toBeLessThan(highest(sent));
  });

  it('has no points of before and after', () => {
    const page = read(moment({ charts: [chart({ count: 20 })] }));
    const [line] = page.querySelectorAll('path.line');
    expect(line?.getAttribute('d')?.startsWith('M0 ')).toBe(true);
  });
});

/** The least y of a path of relative steps. */
function highest(path: Element | undefined): number {
  const [start = '', steps = ''] = (path?.getAttribute('d') ?? '').slice(1).split('l');
  let y = Number(start.split(' ')[1]);
  let least = y;
  for (const [index, step] of steps.trim().split(' ').entries()) {
    if (index % 2 === 0) continue;
    y += Number(step);
    least = Math.min(least, y);
  }
  return least;
}

function pageOf(of: Moment, choice: Partial<MomentChoice> = {}): ReturnType<typeof momentPageOf> {
  return momentPageOf(of, { ...DEFAULT_CHOICE, ...choice }, ENGLISH, { drawing, tables });
}

function read(of: Moment, choice: Partial<MomentChoice> = {}): Document {
  return new DOMParser().parseFromString(pageOf(of, choice).html, 'text/html');
}

function moment(parts: Partial<Moment> = {}): Moment {
  const charts = parts.charts ?? [chart({})];
  const { fromMs = START_MS, toMs = START_MS } = charts[0]?.line ?? {};
  return {
    host: 'web-1',
    facts: [['CPU', 'AMD']],
    sentence: { named: 'web-1: all is well', unnamed: 'All is well' },
    fromMs,
    toMs,
    marks: [{ timestampMs: START_MS, level: 'event', label: 'Host was restarted', metric: null }],
    processes: null,
    ...parts,
    charts,
  };
}

function processes(rows: readonly (readonly (string | number)[])[]): Moment['processes'] {
  const text = (name: string, label: string) => ({ name, label, unit: 'text' });
  return {
    descriptor: {
      name: 'processes',
      label: 'Processes',
      group: 'Processes',
      help: '',
      source: '',
      columns: [
        text('name', 'Name'),
        { ...text('user', 'User'), tellsApart: true },
        text('arguments', 'Arguments'),
        { name: 'cpu', label: 'CPU', unit: 'percent' },
      ],
    },
    table: { table: 'processes', seq: 1, timestampMs: START_MS, rows },
  };
}

interface ChartParts extends Partial<Pick<MomentChart, 'id' | 'title' | 'caption' | 'labels'>> {
  readonly count?: number;
  readonly seriesCount?: number;
  readonly arrangement?: Arrangement;
  /** Rows without a sample. */
  readonly gap?: readonly [from: number, to: number];
  readonly spikeAt?: number;
}

function chart({
  id = 'cpu',
  title = 'CPU',
  caption = '2 cores',
  labels = ['one', 'two', 'three', 'four'],
  count = 60,
  seriesCount = 2,
  arrangement = 'lines',
  gap,
  spikeAt,
}: ChartParts): MomentChart {
  const rows = Array.from({ length: count }, (_, row) => row).filter(
    (row) => gap === undefined || row < gap[0] || row >= gap[1],
  );
  const points = (index: number): Point[] =>
    rows.map((row) => ({
      x: START_MS + row * 1000,
      y: row === spikeAt ? 100 : 20 + 10 * index + 5 * Math.sin(row * 7.3 + index),
    }));
  const drawn = {
    series: Array.from({ length: seriesCount }, (_, index) => ({
      points: points(index),
      hue: 'cpu' as const,
      shade: 'first' as const,
      isBelow: arrangement === 'mirrored' && index > 0,
    })),
    arrangement,
    isolated: null,
    thresholds: [{ value: 25, level: 'warning' as const, label: '25 %' }],
    fired: [],
    marks: [],
    peaks: null,
    fromMs: START_MS,
    toMs: START_MS + (count - 1) * 1000,
    gapMs: 1500,
    gaps:
      gap === undefined
        ? []
        : [
            {
              fromMs: START_MS + (gap[0] - 1) * 1000,
              toMs: START_MS + gap[1] * 1000,
              label: 'agent was restarted',
            },
          ],
    unit: 'percent',
    locale: 'en',
    isBare: false,
    hasBand: false,
    selectedMs: null,
  };
  return {
    id,
    title,
    caption,
    hasNotice: false,
    reading: '12 %',
    metrics: [id],
    labels: labels.slice(0, seriesCount),
    line: { ...drawn, axis: axisOf(drawn, 'percent', undefined, undefined) },
    fired: [],
  };
}
