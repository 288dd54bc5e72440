import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostDescription } from '../../shared/client/welcome.ts';
import { Connection } from './connection.ts';
import { Hosts } from './hosts.ts';
import { AddressView } from './view.ts';

const before = location.href;
let connection: Connection;

beforeEach(() => {
  connection = new Connection('http://127.0.0.1:1/');
});
afterEach(() => history.replaceState(null, '', before));

function hostsAt(query: string): { hosts: Hosts; view: AddressView } {
  history.replaceState(null, '', location.pathname + query);
  const view = new AddressView();
  return { hosts: new Hosts(connection, view), view };
}

const host = (id: string, label = id): HostDescription => ({
  id,
  label,
  facts: {},
  catalogue: [],
  tables: [],
});

function welcome(...hosts: HostDescription[]): void {
  connection.welcome.set({
    type: 'welcome',
    v: 1,
    server: { name: 'metrics-panel', version: '1.0.0' },
    heartbeat: { intervalMs: 15_000 },
    reconnect: { baseMs: 500, capMs: 4000 },
    limits: { minIntervalMs: 1, maxBackfill: 1, maxMetrics: 1, maxSubscriptions: 1, maxMessageBytes: 1 },
    transports: [],
    hosts,
    hostCount: hosts.length,
    catalogue: [],
    tables: [],
  });
}

describe('the hosts of an agent', () => {
  it('decide what an address without a page shows: the only one, else all of them, or on a wall the first', () => {
    const pageAt = (query: string, ...hosts: HostDescription[]): string => {
      connection = new Connection('http://127.0.0.1:1/');
      const { view } = hostsAt(query);
      welcome(...hosts);
      return view.value.page;
    };
    expect([pageAt('', host('a')), pageAt('', host('a'), host('b')), pageAt('')]).toEqual([
      'host',
      'hosts',
      'hosts',
    ]);
    expect([pageAt('?wall', host('a'), host('b')), pageAt('?host=b', host('a'))]).toEqual(['host', 'host']);
  });

  it('are decided about once: a second host that comes later changes no page', () => {
    const { view } = hostsAt('?again');
    welcome(host('a'));
    welcome(host('a'), host('b'));
    expect([view.value.page, location.search]).toEqual(['host', '?again']);
  });

  it('are shown by id or label, and another one begins without samples', () => {
    const { hosts, view } = hostsAt('?host=web');
    welcome(host('a'), host('b', 'web'));
    expect([hosts.shown?.id, hosts.shownName]).toEqual(['b', 'web']);
    hosts.sample.set({ seq: 1, timestampMs: 1, values: [], series: [], host: 'b' });
    hosts.intervalMs.set(250);
    let told = 0;
    hosts.onChange(() => {
      told += 1;
    });
    view.change({ host: 'a' });
    expect([hosts.shown?.id, hosts.sample.value, hosts.intervalMs.value, told]).toEqual([
      'a',
      null,
      undefined,
      1,
    ]);
    view.change({ search: 'cpu' });
    expect(told).toBe(1);
  });

  it('are named for other pages by their label if only one has it, and not at all where there is one', () => {
    const { hosts, view } = hostsAt('?host=a');
    welcome(host('a', 'twin'), host('b', 'twin'), host('c', 'web'));
    expect(hosts.name).toBe('a');
    view.change({ host: 'c' });
    expect(hosts.name).toBe('web');
    welcome(host('c', 'web'));
    expect(hosts.name).toBeNull();
  });
});
