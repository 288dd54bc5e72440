import { afterEach, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { hostNames } from '../../../shared/client/host-names.ts';
import { preferredLanguage } from '../../locales/languages.ts';
import type { HostSummary } from '../../../shared/protocol/messages.ts';
import { expectAccessible } from '../../testing/accessibility.ts';
import { mount, unmountAll } from '../../testing/mount.ts';
import { alerting, byId, down, PretendClient, pretendHost, unknown } from '../../testing/pretend-hosts.ts';
import { hostOverviewMessages } from './host-overview-messages.ts';
import { HostReadings } from './host-readings.ts';
import './host-rows.ts';
import type { HostRows } from './host-rows.ts';
import type { HostContext } from './row-view.ts';

afterEach(() => {
  unmountAll();
  scrollTo(0, 0);
});

const language = preferredLanguage(['en']);
const contextOf = (part: Partial<HostContext> = {}): HostContext => ({
  words: {
    language,
    messages: hostOverviewMessages(language),
    nowMs: Date.now(),
    nameOf: hostNames([]),
    commonReason: null,
  },
  readings: new HostReadings(new PretendClient().connection, () => {}),
  isChoosing: false,
  chosen: new Set(),
  isFull: false,
  hrefOf: (id) => `?host=${id}`,
  ...part,
});

async function show(
  hosts: readonly HostSummary[],
  part: Partial<HostRows> = {},
  width = '1200px',
): Promise<HostRows> {
  document.body.style.margin = '0';
  return mount('host-rows', (element) => {
    element.style.width = width;
    element.narrow = Number.parseInt(width, 10) < 760;
    Object.assign(element, {
      ids: hosts.map(({ id }) => id),
      hosts: byId(hosts),
      context: contextOf(),
      sort: 'name',
      ...part,
    });
  });
}
const many = (count: number): HostSummary[] =>
  Array.from({ length: count }, (_, index) => pretendHost({ label: `host-${index + 1}` }));
const rows = ({ renderRoot }: HostRows): HTMLElement[] =>
  [...renderRoot.querySelectorAll<HTMLElement>('.row')].toSorted(
    (one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top,
  );
const textOf = (row: Element | undefined): string =>
  (row?.textContent ?? '').replaceAll('\u00A0', ' ').replaceAll(/\s+/g, ' ').trim();
const row = (element: HostRows, label: string): HTMLElement | undefined =>
  rows(element).find((one) => one.querySelector('a')?.textContent === label);
const heightOf = (element: HostRows, label: string): number | undefined =>
  row(element, label)?.getBoundingClientRect().height;

it('has only the rows in sight of ten thousand hosts, wherever the reader scrolls', async () => {
  const seen: string[][] = [];
  const element = await show(many(10_000));
  element.addEventListener('seehosts', ({ detail }) => seen.push([...detail]));
  expect(element.getBoundingClientRect().height).toBeGreaterThan(350_000);
  expect(rows(element).length).toBeLessThan(60);
  expect(textOf(rows(element)[0])).toContain('host-1');
  scrollTo(0, 180_000);
  await expect.poll(() => row(element, 'host-5001') !== undefined).toBe(true);
  expect(rows(element).length).toBeLessThan(60);
  expect(seen.at(-1)).toContain('id-of-host-5001');
  expect(seen.at(-1)).not.toContain('id-of-host-1');
});

it('says how each host is in words, numbers and a shape', async () => {
  const hosts = [
    down('nas'),
    alerting('db-1', 'memory.oomKills', 'Process killed for want of memory'),
    unknown('queue-1'),
    { ...pretendHost({ label: 'web-1' }), labels: { zone: 'fra1', env: 'prod' }, via: 'gw-1' },
  ];
  const element = await show(hosts, { sort: 'trouble' });
  expect([...element.renderRoot.querySelectorAll('.section')].map((title) => textOf(title))).toEqual([
    'Needs attention or unknown, 3',
    'Well, 1, highest pressure first',
  ]);
  expect(textOf(row(element, 'nas'))).toMatch(
    /^down, nas Down since \d\d:\d\d, for 6 min: the connection was refused 12.3 % /,
  );
  expect(textOf(row(element, 'db-1'))).toContain('Process killed for want of memory, for 12 min');
  expect(row(element, 'db-1')?.querySelector('.number.trouble svg')).not.toBeNull();
  expect(textOf(row(element, 'queue-1'))).toBe(
    'unknown, queue-1 Unknown: the gateway has just started – – – – –',
  );
  expect(textOf(row(element, 'web-1'))).toBe(
    'well, web-1 prod fra1 by gw-1 12.3 % 45.6 % / 50 % 2.00 MiB/s 1.0 %',
  );
  await expectAccessible(element);
});

it('gives rows 36 pixels, 30 for many hosts, 60 on a phone, and more to a reason that may need two lines', async () => {
  const hosts = [down('nas'), pretendHost({ label: 'web-1' })];
  const usual = await show(hosts);
  expect([heightOf(usual, 'nas'), heightOf(usual, 'web-1')]).toEqual([46, 36]);
  unmountAll();
  const dense = await show(hosts, { dense: true });
  expect([heightOf(dense, 'nas'), heightOf(dense, 'web-1')]).toEqual([40, 30]);
  unmountAll();
  const narrow = await show(hosts, {}, '360px');
  expect([heightOf(narrow, 'nas'), heightOf(narrow, 'web-1')]).toEqual([60, 60]);
  expect(textOf(row(narrow, 'nas'))).toContain('Down for 6 min: the connection was refused');
  expect(textOf(row(narrow, 'web-1'))).toBe('well, web-1Memory 45.6 % · / 50 % 12.3 %CPU');
  await expectAccessible(narrow);
});

it('shows a host as it is now without making other rows again', async () => {
  const hosts = new Map(byId(many(3)));
  const element = await show(many(3), { hosts });
  const [first, second] = rows(element);
  const before = second?.innerHTML;
  for (const [id, host] of byId([pretendHost({ label: 'host-1', cpu: 99 })])) hosts.set(id, host);
  element.refresh(new Set(['id-of-host-1']));
  expect(textOf(first)).toContain('99.0 %');
  expect(second?.innerHTML).toBe(before);
});

it('moves the focus with the keys of lists, and keeps the focused row while another part is scrolled to', async () => {
  const element = await show(many(1000));
  const focused = (): string => element.shadowRoot?.activeElement?.querySelector('a')?.textContent ?? '';
  const opened: string[] = [];
  element.addEventListener('openhost', ({ detail }) => opened.push(detail));
  expect(rows(element).filter(({ tabIndex }) => tabIndex === 0)).toHaveLength(1);
  rows(element)[0]?.focus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
  expect(focused()).toBe('host-2');
  await userEvent.keyboard('{End}');
  expect(focused()).toBe('host-1000');
  await userEvent.keyboard('{ArrowDown}{Home}');
  expect(focused()).toBe('host-1');
  await userEvent.keyboard('{PageDown}');
  expect(Number(focused().slice(5))).toBeGreaterThan(10);
  await userEvent.keyboard('{Home}');
  scrollTo(0, 20_000);
  await expect.poll(() => row(element, 'host-560') !== undefined).toBe(true);
  expect(focused()).toBe('host-1');
  await userEvent.keyboard('{Enter}');
  expect(opened).toEqual(['id-of-host-1']);
});

it('opens a host with a click, and leaves a click for another tab to the browser', async () => {
  const element = await show(many(2));
  const opened: string[] = [];
  element.addEventListener('openhost', ({ detail }) => opened.push(detail));
  const link = row(element, 'host-2')?.querySelector('a');
  expect(link?.getAttribute('href')).toBe('?host=id-of-host-2');
  const click = (init: MouseEventInit): boolean =>
    link?.dispatchEvent(
      new MouseEvent('click', { bubbles: true, composed: true, cancelable: true, ...init }),
    ) ?? true;
  expect(click({})).toBe(false);
  // Without this, the test's own page would open it.
  element.addEventListener('click', (event) => {
    expect(event.defaultPrevented).toBe(false);
    event.preventDefault();
  });
  click({ ctrlKey: true });
  expect(opened).toEqual(['id-of-host-2']);
});

it('chooses hosts to compare, with a box, a click or the space bar, and no more than can be compared', async () => {
  const element = await show(many(3), {
    context: contextOf({ isChoosing: true, chosen: new Set(['id-of-host-1']), isFull: true }),
  });
  const chosen: string[] = [];
  element.addEventListener('choosehost', ({ detail }) => chosen.push(detail));
  const boxes = rows(element).map((one) => one.querySelector('input'));
  expect(boxes.map((box) => [box?.checked, box?.disabled])).toEqual([
    [true, false],
    [false, true],
    [false, true],
  ]);
  boxes[0]?.click();
  rows(element)[1]?.querySelector<HTMLElement>('.why')?.click();
  rows(element)[2]?.focus();
  await userEvent.keyboard(' ');
  expect(chosen).toEqual(['id-of-host-1', 'id-of-host-2', 'id-of-host-3']);
  await expectAccessible(element);
});
