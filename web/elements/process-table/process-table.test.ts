import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { TableDescriptor } from '../../../shared/protocol/catalogue.ts';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { Crosshair } from '../metric-chart/crosshair.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import './process-table.ts';
import type { ProcessTable } from './process-table.ts';

const PROCESSES: TableDescriptor = {
  name: 'processes',
  label: 'Processes',
  group: 'Processes',
  columns: [
    { name: 'pid', label: 'PID', unit: 'id' },
    { name: 'name', label: 'Name', unit: 'text' },
    { name: 'cpu', label: 'CPU', unit: 'percent' },
    { name: 'memory', label: 'Memory', unit: 'bytes' },
    { name: 'threads', label: 'Threads', unit: 'count' },
    { name: 'state', label: 'State', unit: 'text' },
  ],
  help: '',
  source: 'test',
};
const ROWS: SampleTable['rows'] = [
  [1, 'systemd', 0, 12 * 1024 ** 2, 1, 'sleeping'],
  [4321, 'node', 12.34, 1.5 * 1024 ** 3, 11, 'running'],
  [77, 'new', null, 4096, 1, 'running'],
];

async function show(
  rows: SampleTable['rows'],
  descriptor: TableDescriptor = PROCESSES,
  width = '92rem',
): Promise<ProcessTable> {
  const timestampMs = new Date(2026, 0, 1, 14, 3, 22).getTime();
  return mount('process-table', (element) => {
    element.style.width = width;
    Object.assign(element, { descriptor, table: { table: 'processes', seq: 1, timestampMs, rows } });
  });
}

/** The visible cells. */
function cellsOf(table: ProcessTable): string[][] {
  return [...(table.shadowRoot?.querySelectorAll('tr') ?? [])].map((row) =>
    [...row.cells].filter((cell) => cell.offsetWidth > 0).map((cell) => cell.innerText.trim()),
  );
}

function headerOf(table: ProcessTable, title: string): HTMLElement {
  const headers = [...(table.shadowRoot?.querySelectorAll('th') ?? [])];
  const found = headers.find(({ innerText }) => innerText.trim() === title);
  if (found === undefined) throw new Error(`no column ${title}`);
  return found;
}

/** The first cell of each row. */
const namesOf = (table: ProcessTable): (string | undefined)[] =>
  cellsOf(table)
    .slice(1)
    .map(([name]) => name);

async function sortBy(table: ProcessTable, title: string): Promise<[string | null, ...unknown[]]> {
  headerOf(table, title).querySelector('button')?.click();
  await table.updateComplete;
  return [headerOf(table, title).ariaSort, ...namesOf(table)];
}

async function filter(table: ProcessTable, text: string): Promise<void> {
  const input = table.shadowRoot?.querySelector('input');
  await userEvent.fill(input ?? table, text);
  await table.updateComplete;
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  unmountAll();
  localStorage.clear();
});

describe('process-table', () => {
  it('renders by default: nothing', async () => {
    const table = await mount('process-table');
    expect(table.shadowRoot?.querySelector('table')).toBeNull();
    await expectAccessible(table);
  });

  it('shows the processes of one time, busiest first, unknown last, in the units of its columns', async () => {
    const table = await show(ROWS);
    expect(table.shadowRoot?.querySelector<HTMLElement>('.caption')?.innerText).toBe('Processes at 14:03:22');
    expect(cellsOf(table)).toEqual([
      ['Name', 'CPU', 'Memory', 'Threads', 'State', 'PID'],
      ['node', '12.3 %', '1.50 GiB', '11', 'running', '4321'],
      ['systemd', '0.0 %', '12.0 MiB', '1', 'sleeping', '1'],
      ['new', '–', '4.00 KiB', '1', 'running', '77'],
    ]);
    await expectAccessible(table);
  });

  it('names rows and columns for screen readers', async () => {
    const root = (await show(ROWS)).shadowRoot;
    expect(root?.querySelectorAll('th[scope=col]')).toHaveLength(6);
    expect(
      [...(root?.querySelectorAll('th[scope=row]') ?? [])].map(({ textContent }) => textContent),
    ).toEqual(['node', 'systemd', 'new']);
    expect(root?.querySelector('th[aria-sort]')?.textContent.trim()).toBe('CPU');
  });

  it('shows any table: without a percentage the rows keep their order', async () => {
    const table = await show(
      [
        ['b', 1],
        ['a', 2],
      ],
      {
        ...PROCESSES,
        columns: [
          { name: 'user', label: 'User', unit: 'text' },
          { name: 'sessions', label: 'Sessions', unit: 'count' },
        ],
      },
    );
    expect(cellsOf(table)).toEqual([
      ['User', 'Sessions'],
      ['b', '1'],
      ['a', '2'],
    ]);
  });

  it('fits into a narrow space: the least important columns go', async () => {
    const table = await show(ROWS, PROCESSES, '17rem');
    expect(cellsOf(table)[1]).toEqual(['node', '12.3 %', '1.50 GiB']);
    const long = await show([[1, 'x'.repeat(300), 100, 1023 * 1024 ** 3, 1, 'running']], PROCESSES, '17rem');
    expect(long.scrollWidth).toBeLessThanOrEqual(long.clientWidth);
    await expectAccessible(table);
  });

  describe('with rows of the same name', () => {
    const APART: TableDescriptor = {
      ...PROCESSES,
      columns: [
        ...PROCESSES.columns,
        { name: 'user', label: 'User', unit: 'text', tellsApart: true },
        { name: 'unit', label: 'Unit', unit: 'text', tellsApart: true },
        { name: 'container', label: 'Container', unit: 'text', tellsApart: true },
      ],
    };
    const NAMESAKES: SampleTable['rows'] = [
      [1, 'node', 9, 1024, 1, 'running', 'web', 'shop.service', null],
      [2, 'node', 8, 1024, 1, 'running', 'web', 'mail.service', null],
      [3, 'cron', 7, 1024, 1, 'sleeping', 'root', 'cron.service', null],
    ];
    const IN_CONTAINER: SampleTable['rows'] = [[4, 'node', 6, 1024, 1, 'running', '33', null, 'web-1']];

    it('has a column for where they belong, and one for each other distinction, once it has a value', async () => {
      const table = await show(NAMESAKES, APART);
      const columns = ['Name', 'Unit or container', 'User', 'CPU', 'Memory', 'Threads', 'State', 'PID'];
      expect(cellsOf(table)[0]).toEqual(columns);
      expect(cellsOf(table)[1]).toEqual([
        'node',
        'shop.service',
        'web',
        '9.0 %',
        '1.00 KiB',
        '1',
        'running',
        '1',
      ]);
      const sample = { table: 'processes', seq: 2, timestampMs: 1 };
      table.table = { ...sample, rows: [...NAMESAKES, ...IN_CONTAINER] };
      await table.updateComplete;
      expect(cellsOf(table)[4]?.slice(0, 3)).toEqual(['node', 'web-1', '33']);
      // Columns stay while values come and go.
      table.table = { ...sample, rows: [[5, 'cron', 1, 1, 1, 'idle', null, null, null]] };
      await table.updateComplete;
      expect(cellsOf(table)[0]).toEqual(columns);
      await expectAccessible(table);
    });

    it.each(['60rem', '30rem', '17rem'])('has where they belong below their names in %s', async (width) => {
      const table = await show([...NAMESAKES, ...IN_CONTAINER], APART, width);
      expect(namesOf(table)).toEqual([
        'node\nshop.service',
        'node\nmail.service',
        'cron\ncron.service',
        'node\nweb-1',
      ]);
      expect(cellsOf(table)[0]).not.toContain('Unit or container');
      expect(table.scrollWidth).toBeLessThanOrEqual(table.clientWidth);
      await expectAccessible(table);
    });

    it('has any other difference there, and nothing without one', async () => {
      const sessions = { ...APART, name: 'sessions' };
      const table = await show(NAMESAKES, sessions, '30rem');
      expect(namesOf(table)).toEqual(['node\nshop.service', 'node\nmail.service', 'cron']);
      const alike = [NAMESAKES[0] ?? [], [2, ...(NAMESAKES[0] ?? []).slice(1)]];
      expect(namesOf(await show(alike, sessions, '30rem'))).toEqual(['node', 'node']);
    });

    it('finds them by their difference', async () => {
      const table = await show(NAMESAKES, APART, '17rem');
      await filter(table, 'mail');
      expect(namesOf(table)).toHaveLength(1);
    });
  });

  it('shows a hostile process name as text', async () => {
    const table = await show([[1, '<img src=x onerror=alert(1)>', 1, 1, 1, 'running']]);
    expect(cellsOf(table)[1]?.[0]).toBe('<img src=x onerror=alert(1)>');
    expect(table.shadowRoot?.querySelector('img')).toBeNull();
  });

  it('sorts by each column, values from the largest, texts from A, and in reverse', async () => {
    const table = await show(ROWS);
    expect(await sortBy(table, 'Memory')).toEqual(['descending', 'node', 'systemd', 'new']);
    expect(await sortBy(table, 'Memory')).toEqual(['ascending', 'new', 'systemd', 'node']);
    expect(await sortBy(table, 'Name')).toEqual(['ascending', 'new', 'node', 'systemd']);
    expect(await sortBy(table, 'Threads')).toEqual(['descending', 'node', 'systemd', 'new']);
    expect(await sortBy(table, 'State')).toEqual(['ascending', 'node', 'new', 'systemd']);
    expect(await sortBy(table, 'PID')).toEqual(['ascending', 'systemd', 'new', 'node']);
    expect(table.shadowRoot?.querySelectorAll('[aria-sort]')).toHaveLength(1);
    await expectAccessible(table);
  });

  it('has unknown cells last in either direction', async () => {
    const table = await show(ROWS);
    expect(await sortBy(table, 'CPU')).toEqual(['ascending', 'systemd', 'node', 'new']);
    expect(await sortBy(table, 'CPU')).toEqual(['descending', 'node', 'systemd', 'new']);
  });

  it('sorts by keyboard, and keeps the focus', async () => {
    const table = await show(ROWS);
    const button = headerOf(table, 'Memory').querySelector('button');
    button?.focus();
    await userEvent.keyboard('{Enter}');
    await table.updateComplete;
    expect(headerOf(table, 'Memory').ariaSort).toBe('descending');
    expect(table.shadowRoot?.activeElement).toBe(button);
    await userEvent.keyboard(' ');
    await table.updateComplete;
    expect(headerOf(table, 'Memory').ariaSort).toBe('ascending');
  });

  it('shows only rows that contain all words, says how many, and shows all again on Escape', async () => {
    const table = await show(ROWS);
    const said = (): string | undefined =>
      table.shadowRoot?.querySelector<HTMLElement>('[role=status]')?.innerText;
    expect(said()).toBe('');
    await filter(table, 'RUNNING n');
    expect(namesOf(table)).toEqual(['node', 'new']);
    expect(said()).toBe('2 of 3 rows');
    await filter(table, '4321');
    expect(namesOf(table)).toEqual(['node']);
    await filter(table, 'no such');
    expect(namesOf(table)).toEqual([]);
    expect(said()).toBe('0 of 3 rows');
    await expectAccessible(table);
    let hasEscaped = false;
    document.body.addEventListener('keydown', () => (hasEscaped = true), { once: true });
    await userEvent.keyboard('{Escape}');
    await table.updateComplete;
    expect(namesOf(table)).toHaveLength(3);
    expect(table.shadowRoot?.querySelector('input')?.value).toBe('');
    expect(hasEscaped).toBe(false);
  });

  it('remembers order and filter by its name, and ignores nonsense', async () => {
    const first = await show(ROWS);
    await sortBy(first, 'Memory');
    await sortBy(first, 'Memory');
    await filter(first, 'running');
    first.remove();
    const second = await show(ROWS);
    expect([headerOf(second, 'Memory').ariaSort, ...namesOf(second)]).toEqual(['ascending', 'new', 'node']);
    expect(namesOf(await show(ROWS, { ...PROCESSES, name: 'others' }))).toEqual(['node', 'systemd', 'new']);
    for (const nonsense of [
      '{',
      'null',
      '{"column":1,"filter":[]}',
      '{"column":"gone","isDescending":true}',
    ]) {
      localStorage.setItem('metrics-panel.table.processes', nonsense);
      expect(namesOf(await show(ROWS))).toHaveLength(3);
    }
  });

  it('shows the rows of the time under the pointer on the charts, and says so', async () => {
    const table = await show(ROWS);
    const crosshair = new Crosshair();
    const pastMs = new Date(2026, 0, 1, 14, 3, 10).getTime();
    const past = { table: 'processes', seq: 1, timestampMs: pastMs, rows: [[9, 'old', 1, 1, 1, 'running']] };
    const history = { at: (_name: string, timestampMs: number) => (timestampMs === pastMs ? past : null) };
    Object.assign(table, { crosshair, history });
    await table.updateComplete;
    const caption = (): string | undefined =>
      table.shadowRoot?.querySelector<HTMLElement>('.caption')?.innerText;
    expect(namesOf(table)).toHaveLength(3);
    crosshair.moveTo(pastMs);
    await expect.poll(() => namesOf(table)).toEqual(['old']);
    expect(caption()).toBe('Processes at 14:03:10, where you point');
    crosshair.moveTo(pastMs - 5000);
    await expect.poll(caption).toBe('Processes of 14:03:05 are not known.');
    expect(namesOf(table)).toEqual([]);
    await expectAccessible(table);
    crosshair.moveTo(null);
    await expect.poll(caption).toBe('Processes at 14:03:22');
  });

  describe('of processes', () => {
    const MINUTE_MS = 60_000;
    const NOW_MS = new Date(2026, 0, 1, 14, 3, 22).getTime();
    const WHOLE: TableDescriptor = {
      ...PROCESSES,
      columns: [
        ...PROCESSES.columns,
        { name: 'unit', label: 'Unit', unit: 'text', tellsApart: true },
        { name: 'container', label: 'Container', unit: 'text', tellsApart: true },
        { name: 'read', label: 'Read', unit: 'bytes/s' },
        { name: 'write', label: 'Written', unit: 'bytes/s' },
        { name: 'arguments', label: 'Arguments', unit: 'text' },
      ],
    };
    const NODE = [1, 'node', 5, 1024, 1, 'running', null, 'web-1', 2048, 0, '/usr/bin/node server.js'];
    const CHILD = [2, 'node', 2, 1024, 3, 'running', null, 'web-1', null, 1024, null];
    const CRON = [3, 'cron', 1, 1024, 1, 'sleeping', 'cron.service', null, null, null, 'cron -f'];
    const ALL = [NODE, CHILD, CRON];

    /** One table a second until now, oldest first, and the element that has them all. */
    async function showMinute(
      rowsAt: (second: number) => SampleTable['rows'],
      more: object = {},
      width = '92rem',
    ): Promise<ProcessTable> {
      const tables = Array.from({ length: 61 }, (_, second) => ({
        table: 'processes',
        seq: second + 1,
        timestampMs: NOW_MS - MINUTE_MS + 1000 * second,
        rows: rowsAt(second),
      }));
      const within = (fromMs: number, toMs: number): SampleTable[] =>
        tables.filter(({ timestampMs }) => timestampMs >= fromMs && timestampMs <= toMs);
      return mount('process-table', (element) => {
        element.style.width = width;
        Object.assign(element, {
          descriptor: WHOLE,
          table: tables.at(-1),
          history: {
            at: (_: string, timeMs: number) => within(timeMs, timeMs)[0] ?? null,
            between: (_: string, fromMs: number, toMs: number) => within(fromMs, toMs),
            hardware: { cores: 4, memoryTotalBytes: 4096 },
          },
          ...more,
        });
      });
    }

    const buttonOf = (table: ProcessTable, text: string): HTMLButtonElement => {
      const all = [...(table.shadowRoot?.querySelectorAll('button') ?? [])];
      const found = all.find(({ innerText }) => innerText.trim() === text);
      if (found === undefined) throw new Error(`no button ${text}`);
      return found;
    };

    async function press(table: ProcessTable, text: string): Promise<void> {
      buttonOf(table, text).click();
      await table.updateComplete;
    }

    it('have their arguments behind the name, what they read and write, and no unit where there is nothing', async () => {
      const table = await showMinute(() => ALL);
      expect(cellsOf(table).map(([name, ...rest]) => [name, rest.slice(-5, -3)])).toEqual([
        ['Name', ['Read', 'Written']],
        ['node server.js', ['2.00 KiB/s', '0']],
        ['node', ['–', '1.00 KiB/s']],
        ['cron -f', ['–', '–']],
      ]);
      await filter(table, 'server.js');
      expect(namesOf(table)).toHaveLength(1);
    });

    it('show CPU of one core, or of all where the reader prefers that, for good', async () => {
      const table = await showMinute(() => ALL);
      const shares = (of: ProcessTable): unknown[] => cellsOf(of).map((cells) => cells[2]);
      expect(shares(table)).toEqual(['CPU', '20.0 %', '8.0 %', '4.0 %']);
      await press(table, 'of all 4');
      expect(shares(table)).toEqual(['CPU', '5.0 %', '2.0 %', '1.0 %']);
      expect(buttonOf(table, 'of all 4').ariaPressed).toBe('true');
      table.remove();
      expect(shares(await showMinute(() => ALL))).toEqual(['CPU', '5.0 %', '2.0 %', '1.0 %']);
    });

    it('are of all cores where their number is not known, without a choice', async () => {
      const table = await show(ALL, WHOLE);
      expect(cellsOf(table)[1]?.[2]).toBe('5.0 %');
      expect(() => buttonOf(table, 'of one core')).toThrow('no button');
    });

    it('are grouped on demand by unit or container, with sums, and opened one by one', async () => {
      const table = await showMinute(() => ALL);
      await press(table, 'By unit or container');
      const groups = cellsOf(table).map((cells) => cells.filter((cell) => cell !== ''));
      expect(groups.slice(1)).toEqual([
        ['▸web-1 2 listed', '28.0 %', '2.00 KiB', '2.00 KiB/s', '1.00 KiB/s', '4'].map((text) =>
          text.replace('▸', ''),
        ),
        ['cron.service 1 listed', '4.0 %', '1.00 KiB', '–', '–', '1'],
      ]);
      await expectAccessible(table);
      const button = buttonOf(table, 'web-1');
      expect(button.ariaExpanded).toBe('false');
      expect(button.closest('th')?.scope).toBe('rowgroup');
      button.focus();
      await userEvent.keyboard('{Enter}');
      await table.updateComplete;
      expect(button.ariaExpanded).toBe('true');
      expect(namesOf(table)).toEqual(['web-1 2 listed', 'node server.js', 'node', 'cron.service 1 listed']);
      await expectAccessible(table);
    });

    it('keep their groups in place while the focus is on one', async () => {
      const table = await showMinute(() => ALL);
      await press(table, 'By unit or container');
      buttonOf(table, 'web-1').focus();
      const busyCron = CRON.with(2, 90);
      table.table = { table: 'processes', seq: 99, timestampMs: NOW_MS, rows: [NODE, busyCron] };
      await table.updateComplete;
      expect(namesOf(table)).toEqual(['web-1 1 listed', 'cron.service 1 listed']);
      expect(table.shadowRoot?.activeElement).toBe(buttonOf(table, 'web-1'));
      buttonOf(table, 'web-1').blur();
      table.table = { table: 'processes', seq: 100, timestampMs: NOW_MS, rows: [NODE, busyCron] };
      await table.updateComplete;
      expect(namesOf(table)).toEqual(['cron.service 1 listed', 'web-1 1 listed']);
    });

    /** The pixels that are drawn in a row, from the oldest second to now: whether there are any in each tenth of the minute. */
    function tenthsDrawn(table: ProcessTable, row: number, rows: number): boolean[] {
      const canvas = table.shadowRoot?.querySelector('canvas');
      const context = canvas?.getContext('2d');
      if (!canvas || !context) throw new Error('nothing is drawn');
      const height = canvas.height / rows;
      return Array.from({ length: 10 }, (_, tenth) => {
        const part = context.getImageData(
          Math.ceil((tenth * canvas.width) / 10) + 1,
          Math.round(row * height),
          Math.floor(canvas.width / 10) - 2,
          Math.floor(height),
        );
        return part.data.some((value) => value > 0);
      });
    }

    it('have a line of their last minute, with a gap where a table did not have them', async () => {
      const table = await showMinute((second) => (second >= 24 && second < 37 ? [NODE, CHILD] : ALL));
      await expect.poll(() => tenthsDrawn(table, 0, 3)).toEqual(Array(10).fill(true));
      expect(tenthsDrawn(table, 2, 3).map(Number).join('')).toBe('1111001111');
      const canvas = table.shadowRoot?.querySelector('canvas')?.getBoundingClientRect();
      const body = table.shadowRoot?.querySelector('tbody')?.getBoundingClientRect();
      expect(Math.abs(Number(canvas?.top) - Number(body?.top))).toBeLessThan(2);
      expect(Math.abs(Number(canvas?.bottom) - Number(body?.bottom))).toBeLessThan(2);
    });

    it('have no such line where earlier tables are not at hand', async () => {
      const table = await show(ALL, WHOLE);
      expect(table.shadowRoot?.querySelector('canvas')).toBeNull();
    });

    const ENDED = [3, 'cron', null, null, null, 'ended', 'cron.service', null, null, null, 'cron -f'];

    it('stay for a minute after their end, struck through, in their place', async () => {
      const table = await showMinute((second) =>
        second < 40 ? [NODE, CRON.with(2, 3), CHILD] : second === 40 ? [NODE, CHILD, ENDED] : [NODE, CHILD],
      );
      expect(namesOf(table)).toEqual(['node server.js', 'cron ended at 14:03:02 -f', 'node']);
      expect(cellsOf(table)[2]?.slice(2).filter(Boolean)).toEqual(['–', '–', '–', '–', '–', 'ended', '3']);
      const name = table.shadowRoot?.querySelector('.ended .name');
      expect(name && getComputedStyle(name).textDecorationLine).toBe('line-through');
      await expectAccessible(table);
      await press(table, 'By unit or container');
      expect(cellsOf(table)[2]?.filter(Boolean)).toEqual(['cron.service 1 listed', '–', '–', '–', '–', '–']);
    });

    it.each([
      ['all that ended then were killed', 1, 0, 'killed for memory at 14:03:02'],
      ['others may have ended by themselves', 1, 1, 'ended at 14:03:02'],
      ['none was killed in that second', 0, 0, 'ended at 14:03:02'],
    ])('say how they ended: %s', async (_, killed, others, text) => {
      const other = [4, 'sshd', 1, 1024, 1, 'sleeping', null, null, null, null, null];
      const rows = others === 0 ? [CRON] : [CRON, other];
      const ended =
        others === 0 ? [ENDED] : [ENDED, [4, 'sshd', null, null, null, 'ended', ...Array(5).fill(null)]];
      const table = await showMinute(
        (second) => (second < 40 ? [NODE, ...rows] : second === 40 ? [NODE, ...ended] : [NODE]),
        { endings: [{ timestampMs: NOW_MS - 20_000, killed }] },
      );
      expect(namesOf(table)).toContain(`cron ${text} -f`);
    });

    it('that lived for a moment only are gone when they end', async () => {
      const table = await showMinute((second) =>
        second === 39 ? [NODE, CRON] : second === 40 ? [NODE, ENDED] : [NODE],
      );
      expect(namesOf(table)).toEqual(['node server.js']);
    });

    it('say how many there are, as far as that is known', async () => {
      const table = await showMinute(() => ALL, { total: 318 });
      const caption = table.shadowRoot?.querySelector<HTMLElement>('.caption');
      expect(caption?.innerText).toBe('Processes at 14:03:22, 3 of 318');
      table.present = true;
      await table.updateComplete;
      expect(caption?.innerText).toBe('Processes now, 3 of 318');
    });

    it('move no column when values change', async () => {
      const table = await showMinute(() => ALL);
      const places = (): number[] =>
        [...(table.shadowRoot?.querySelectorAll('thead th') ?? [])].map(
          (cell) => cell.getBoundingClientRect().left,
        );
      const before = places();
      table.table = {
        table: 'processes',
        seq: 99,
        timestampMs: NOW_MS,
        rows: [
          [
            1,
            'x'.repeat(300),
            100,
            2 ** 49,
            99_999,
            'waiting for disk',
            'y'.repeat(300),
            null,
            2 ** 39,
            2 ** 39,
            'z'.repeat(999),
          ],
        ],
      };
      await table.updateComplete;
      expect(places()).toEqual(before);
    });

    it('are not rendered again while nobody sees them', async () => {
      const table = await showMinute(() => ALL);
      table.style.marginTop = '900vh';
      // Until the browser has noticed.
      await expect
        .poll(async () => {
          table.table = { table: 'processes', seq: 98, timestampMs: NOW_MS, rows: [...ALL, ...ALL] };
          await table.updateComplete;
          const { length } = namesOf(table);
          table.table = { table: 'processes', seq: 98, timestampMs: NOW_MS, rows: ALL };
          await table.updateComplete;
          return length === namesOf(table).length;
        })
        .toBe(true);
      const before = namesOf(table).length;
      table.table = { table: 'processes', seq: 99, timestampMs: NOW_MS, rows: [CRON] };
      await table.updateComplete;
      expect(namesOf(table)).toHaveLength(before);
      table.scrollIntoView();
      await expect.poll(() => namesOf(table)).toEqual(['cron -f']);
    });
  });
});
