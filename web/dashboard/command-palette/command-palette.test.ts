import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import { Observable } from '../../state/observable.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import type { View } from '../../state/view.ts';
import type { PageActions } from '../page-actions.ts';
import './command-palette.ts';
import type { CommandPalette } from './command-palette.ts';

interface World {
  readonly palette: CommandPalette;
  readonly done: string[];
  readonly view: Partial<View>[];
}

const metric = (name: string, label: string) => ({ name, label, unit: 'percent', group: 'CPU' });

/** A page with these metrics and hosts; `done` lists what the palette did. */
async function open(
  {
    metrics = [metric('cpu', 'CPU'), metric('cpu.iowait', 'CPU I/O wait'), metric('load', 'Load')],
    hosts = 1,
    page = 'host',
    views = [] as readonly string[],
  } = {},
  lang = 'en',
): Promise<World> {
  const done: string[] = [];
  const view: Partial<View>[] = [];
  const introduced = Array.from({ length: hosts }, (_, index) => ({
    id: `id-${index}`,
    label: `web-${index}`,
  }));
  const state = {
    hosts: { catalogue: metrics, introduced, count: hosts, intervalMs: new Observable(1000) },
    connection: {},
    layouts: { value: { views: views.map((name) => ({ name })) }, choose: (name: string) => done.push(name) },
    view: {
      value: { page, search: '' },
      change: (part: Partial<View>) => view.push(part),
      step: (part: Partial<View>) => view.push(part),
    },
  } as unknown as DashboardState;
  const actions = new Proxy(
    {},
    {
      get: (_, name) =>
        name === 'isOffered'
          ? () => true
          : (value?: unknown) => done.push([name, value].filter(Boolean).join(' ')),
    },
  ) as PageActions;
  const palette = await mount('command-palette', (element) => {
    element.lang = lang;
    element.source = { panel: document.createElement('metrics-panel'), state, actions };
  });
  palette.show();
  await palette.updateComplete;
  return { palette, done, view };
}

const field = ({ renderRoot }: CommandPalette): HTMLInputElement | null => renderRoot.querySelector('input');
const options = ({ renderRoot }: CommandPalette): string[] =>
  [...renderRoot.querySelectorAll('[role=option] span:first-child')].map(({ textContent }) => textContent);
const groups = ({ renderRoot }: CommandPalette): string[] =>
  [...renderRoot.querySelectorAll('h2')].map(({ textContent }) => textContent);
/** What screen readers are told to be at. */
const active = ({ renderRoot }: CommandPalette): string | undefined =>
  renderRoot
    .querySelector(`#${renderRoot.querySelector('input')?.getAttribute('aria-activedescendant')}`)
    ?.querySelector('span')?.textContent;
const isOpen = ({ renderRoot }: CommandPalette): boolean => renderRoot.querySelector('dialog') !== null;

async function type({ updateComplete }: CommandPalette, keys: string): Promise<void> {
  await userEvent.keyboard(keys);
  await updateComplete;
}

beforeEach(() => localStorage.removeItem('metrics-panel.recent-commands'));
afterEach(unmountAll);

describe('command-palette', () => {
  it('opens with the focus in its field and all commands, and is accessible', async () => {
    const { palette } = await open();
    expect(palette.shadowRoot?.activeElement).toBe(field(palette));
    expect(groups(palette)).toEqual(['Commands']);
    expect(options(palette)).toEqual(
      expect.arrayContaining(['Pause, or back to live', 'Show 5 minutes', 'Theme: dark', 'Embed']),
    );
    await expectAccessible(palette);
    await type(palette, 'cpu');
    await expectAccessible(palette);
  });

  it('finds metrics by all words, in groups of which the best comes first', async () => {
    const { palette } = await open();
    await type(palette, 'wait cpu');
    expect(options(palette)).toEqual(['CPU I/O wait', 'Show only charts with “wait cpu”']);
    await type(palette, '{Control>}a{/Control}theme');
    expect(groups(palette)).toEqual(['Commands']);
    expect(options(palette)).toEqual(['Theme: as the system', 'Theme: light', 'Theme: dark']);
    await type(palette, ' nothing like that');
    expect(options(palette)).toEqual([]);
    expect(palette.renderRoot.querySelector('[role=status]')?.textContent).toBe('Nothing found');
  });

  it('offers the views of the reader, once there are any', async () => {
    const { palette, done } = await open({ views: ['Night'] });
    await type(palette, 'view');
    expect(options(palette)).toEqual(expect.arrayContaining(['View: Default', 'View: Night']));
    await type(palette, ' night{Enter}');
    expect(done).toEqual(['Night']);
    unmountAll();
    const other = await open();
    await type(other.palette, 'view:');
    expect(options(other.palette)).not.toContain('View: Default');
  });

  it('moves through the results of all groups with the arrow keys, which the field tells screen readers', async () => {
    const { palette } = await open();
    await type(palette, 'load');
    expect(active(palette)).toBe('Load');
    await type(palette, '{ArrowDown}');
    expect(active(palette)).toBe('Show only charts with “load”');
    await type(palette, '{ArrowDown}');
    expect(active(palette)).toBe('Load');
    await type(palette, '{ArrowUp}{PageUp}');
    expect(active(palette)).toBe('Load');
  });

  it('does what was chosen, by key or click, and closes', async () => {
    const { palette, done, view } = await open();
    await type(palette, '5 min{Enter}');
    expect(done).toEqual(['chooseSpan 5m']);
    expect(isOpen(palette)).toBe(false);
    palette.show();
    await palette.updateComplete;
    await type(palette, 'load');
    const only = palette.renderRoot.querySelectorAll('[role=option]')[1];
    if (only === undefined) throw new Error('no option');
    await userEvent.click(only);
    expect(view).toEqual([{ search: 'load' }]);
    await palette.updateComplete;
    expect(isOpen(palette)).toBe(false);
  });

  it('puts what was chosen before first, also after a reload', async () => {
    const { palette } = await open();
    await type(palette, 'dark{Enter}');
    unmountAll();
    const again = await open();
    expect(groups(again.palette)[0]).toBe('Recent');
    expect(options(again.palette)[0]).toBe('Theme: dark');
    await type(again.palette, '{Enter}');
    expect(again.done).toEqual(['chooseTheme dark']);
  });

  it('closes with Escape, and when it is opened again', async () => {
    const { palette } = await open();
    await type(palette, '{Escape}');
    await vi.waitFor(() => expect(isOpen(palette)).toBe(false));
    palette.show();
    await palette.updateComplete;
    palette.show();
    await vi.waitFor(() => expect(isOpen(palette)).toBe(false));
  });

  it('knows metrics by their names in the language of the page and in English', async () => {
    const { palette } = await open({}, 'zh');
    await expect.poll(() => groups(palette)).toEqual(['命令']);
    await type(palette, 'wait');
    expect(options(palette)[0]).toBe('CPU I/O 等待');
    await type(palette, '{Control>}a{/Control}embed');
    expect(options(palette)).toEqual(['嵌入']);
  });

  it('finds one of 10,000 hosts among 1,000 metrics, and never shows more than 50 results', async () => {
    const metrics = Array.from({ length: 1000 }, (_, index) =>
      metric(`disk.d${index}.read`, `d${index} read`),
    );
    const { palette, view } = await open({ metrics, hosts: 10_000 });
    await type(palette, 'd');
    expect(options(palette).length).toBeLessThanOrEqual(50);
    await type(palette, '{Control>}a{/Control}web 9999');
    expect(options(palette)).toEqual(['web-9999']);
    await type(palette, '{Enter}');
    expect(view).toEqual([{ page: 'host', host: 'id-9999' }]);
  });

  it('offers no metrics and no windows where no host is shown', async () => {
    const { palette } = await open({ page: 'hosts', hosts: 2 });
    await type(palette, 'cpu');
    expect(options(palette)).toEqual([]);
    await type(palette, '{Control>}a{/Control}web-1');
    expect(groups(palette)).toEqual(['Hosts']);
  });
});
