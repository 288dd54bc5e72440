import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { alerting, down, pretendHost, PretendClient } from '../testing/pretend-hosts.ts';
import { hostListOf, type HostChanges, type HostList } from './host-list.ts';

let client: PretendClient;
let list: HostList;
let changes: HostChanges[];
let unfollow: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  client = new PretendClient();
  list = hostListOf(client.connection);
  changes = [];
  unfollow = list.follow((change) => changes.push(change));
});
afterEach(() => {
  unfollow();
  vi.useRealTimers();
});

const labels = (): string[] => [...list.hosts.values()].map(({ summary }) => summary.label);

it('asks only while somebody follows', () => {
  expect(client.overview).not.toBeNull();
  expect(client.starts).toBe(1);
  const other = list.follow(() => {});
  other();
  expect(client.overview).not.toBeNull();
  unfollow();
  expect(client.overview).toBeNull();
  expect(hostListOf(client.connection)).toBe(list);
});

it('tells values from news, and news from other names', () => {
  client.tell([pretendHost({ label: 'a' }), pretendHost({ label: 'b' })]);
  expect(changes.at(-1)).toMatchObject({ isNews: true, isOtherSet: true });
  client.tell([pretendHost({ label: 'a', cpu: 80 })], false);
  expect(changes.at(-1)).toEqual({ ids: new Set(['id-of-a']), isNews: false, isOtherSet: false });
  client.tell([alerting('a')], false);
  expect(changes.at(-1)).toMatchObject({ isNews: true, isOtherSet: false });
  client.tell([{ ...alerting('a'), labels: { env: 'prod' } }], false);
  expect(changes.at(-1)).toMatchObject({ isNews: true, isOtherSet: true });
  client.tell([], false, ['id-of-b']);
  expect(changes.at(-1)).toMatchObject({ isNews: true, isOtherSet: true });
  expect(labels()).toEqual(['a']);
});

it('keeps what it knew until all parts of a new list are there', () => {
  client.tell([pretendHost({ label: 'a' }), pretendHost({ label: 'b' }), pretendHost({ label: 'c' })]);
  client.tell([pretendHost({ label: 'a' })]);
  client.tell([pretendHost({ label: 'b' })], false);
  expect(labels()).toEqual(['a', 'b', 'c']);
  vi.advanceTimersByTime(1000);
  expect(labels()).toEqual(['a', 'b']);
  expect(changes.at(-1)).toEqual({ ids: new Set(['id-of-c']), isNews: true, isOtherSet: true });
});

it('finds a host by name, label, state and alert', () => {
  client.tell([{ ...down('db-1'), labels: { env: 'Prod' } }, alerting('db-2')]);
  expect(list.hosts.get('id-of-db-1')?.words).toContain('env=prod');
  expect(list.hosts.get('id-of-db-1')?.words).toContain('the connection was refused');
  expect(list.hosts.get('id-of-db-2')?.words).toContain('memory almost used up');
});

it('says why the agent refuses', () => {
  client.overview?.refused({ error: 'Not with this token', code: 'forbidden' });
  expect(list.refusal.value).toBe('Not with this token');
  client.tell([pretendHost()]);
  expect(list.refusal.value).toBeNull();
});
