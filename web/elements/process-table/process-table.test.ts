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
  width = '60rem',
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

    it('has a column for each distinction once it has a value, if there is room', async () => {
      const table = await show(NAMESAKES, APART, '80rem');
      expect(cellsOf(table)[0]).toEqual(['Name', 'CPU', 'Memory', 'Threads', 'State', 'User', 'Unit', 'PID']);
      expect(cellsOf(table)[1]).toEqual([
        'node',
        '9.0 %',
        '1.00 KiB',
        '1',
        'running',
        'web',
        'shop.service',
        '1',
      ]);
      const sample = { table: 'processes', seq: 2, timestampMs: 1 };
      table.table = { ...sample, rows: [...NAMESAKES, ...IN_CONTAINER] };
      await table.updateComplete;
      expect(cellsOf(table)[0]).toContain('Container');
      expect(cellsOf(table)[4]?.slice(5)).toEqual(['33', '–', 'web-1', '4']);
      // Columns stay while values come and go.
      table.table = { ...sample, rows: NAMESAKES };
      await table.updateComplete;
      expect(cellsOf(table)[0]).toContain('Container');
      await expectAccessible(table);
    });

    it.each(['48rem', '30rem', '17rem'])(
      'shows their difference next to their names in %s',
      async (width) => {
        const table = await show(NAMESAKES, APART, width);
        expect(namesOf(table).map((name) => name?.replace(/\s+/, ' '))).toEqual([
          'node shop.service',
          'node mail.service',
          'cron',
        ]);
        expect(cellsOf(table)[0]).not.toContain('Unit');
        expect(table.scrollWidth).toBeLessThanOrEqual(table.clientWidth);
        await expectAccessible(table);
      },
    );

    it('shows every difference, and nothing without one', async () => {
      const table = await show([...NAMESAKES, ...IN_CONTAINER], APART, '48rem');
      expect(namesOf(table)[0]).toBe('node web · shop.service');
      expect(namesOf(table)[3]).toBe('node 33 · web-1');
      const alike = [NAMESAKES[0] ?? [], [2, ...(NAMESAKES[0] ?? []).slice(1)]];
      expect(namesOf(await show(alike, APART, '48rem'))).toEqual(['node', 'node']);
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
});
