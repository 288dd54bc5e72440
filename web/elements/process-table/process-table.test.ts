import { afterEach, describe, expect, it } from 'vitest';
import type { TableDescriptor } from '../../../shared/catalogue.ts';
import type { SampleTable } from '../../../shared/client/client-subscription.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
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

/** The cells that are to be seen. */
function cellsOf(table: ProcessTable): string[][] {
  return [...(table.shadowRoot?.querySelectorAll('tr') ?? [])].map((row) =>
    [...row.cells].filter((cell) => cell.offsetWidth > 0).map((cell) => cell.innerText.trim()),
  );
}

afterEach(unmountAll);

describe('process-table', () => {
  it('renders by default: nothing', async () => {
    const table = await mount('process-table');
    expect(table.shadowRoot?.querySelector('table')).toBeNull();
    await expectAccessible(table);
  });

  it('shows the processes of a moment, the busiest first, what is not known last, in the units of its columns', async () => {
    const table = await show(ROWS);
    expect(table.shadowRoot?.querySelector('caption')?.innerText).toBe('Processes at 14:03:22');
    expect(cellsOf(table)).toEqual([
      ['Name', 'CPU', 'Memory', 'Threads', 'State', 'PID'],
      ['node', '12.3 %', '1.50 GiB', '11', 'running', '4321'],
      ['systemd', '0.0 %', '12.0 MiB', '1', 'sleeping', '1'],
      ['new', '–', '4.00 KiB', '1', 'running', '77'],
    ]);
    await expectAccessible(table);
  });

  it('names rows and columns for those who hear it', async () => {
    const root = (await show(ROWS)).shadowRoot;
    expect(root?.querySelectorAll('th[scope=col]')).toHaveLength(6);
    expect(
      [...(root?.querySelectorAll('th[scope=row]') ?? [])].map(({ textContent }) => textContent),
    ).toEqual(['node', 'systemd', 'new']);
    expect(root?.querySelector('th[aria-sort]')?.textContent.trim()).toBe('CPU');
  });

  it('shows any table: without a share the rows stay as they came', async () => {
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

  it('fits into a narrow place: the columns that say least go', async () => {
    const table = await show(ROWS, PROCESSES, '17rem');
    expect(cellsOf(table)[1]).toEqual(['node', '12.3 %', '1.50 GiB']);
    const long = await show([[1, 'x'.repeat(300), 100, 1023 * 1024 ** 3, 1, 'running']], PROCESSES, '17rem');
    expect(long.scrollWidth).toBeLessThanOrEqual(long.clientWidth);
    await expectAccessible(table);
  });

  it('shows a hostile process name as text', async () => {
    const table = await show([[1, '<img src=x onerror=alert(1)>', 1, 1, 1, 'running']]);
    expect(cellsOf(table)[1]?.[0]).toBe('<img src=x onerror=alert(1)>');
    expect(table.shadowRoot?.querySelector('img')).toBeNull();
  });
});
