import { describe, expect, it } from 'vitest';
import type { Host, WelcomeMessage } from '../protocol/messages.ts';
import { findHost, readWelcome, withHost } from './welcome.ts';

const HERE: Host = { id: 'here', label: 'here', facts: {} };
const FAR: Host = { id: 'far', label: 'far', facts: {} };
const of = (...names: string[]): WelcomeMessage['catalogue'] =>
  names.map((name) => ({ name, label: '', unit: '', kind: 'gauge', group: '', help: '', source: '' }));
const TABLES = [{ name: 'processes', label: '', group: '', columns: [], help: '', source: '' }];
const MESSAGE: WelcomeMessage = {
  type: 'welcome',
  v: 1,
  server: { name: 'metrics-panel', version: '1.0.0' },
  heartbeat: { intervalMs: 15_000 },
  reconnect: { baseMs: 500, capMs: 4000 },
  limits: { minIntervalMs: 1, maxBackfill: 1, maxMetrics: 1, maxSubscriptions: 1, maxMessageBytes: 1 },
  transports: [],
  hosts: [HERE, { ...FAR, catalogue: of('gpu') }],
  catalogue: of('cpu'),
  tables: TABLES,
};
const welcome = readWelcome(MESSAGE);

describe('a welcome', () => {
  it('gives the first host, and no other, the catalogue and tables next to `hosts`', () => {
    expect(welcome).toEqual({
      ...MESSAGE,
      hosts: [
        { ...HERE, catalogue: of('cpu'), tables: TABLES },
        { ...FAR, catalogue: of('gpu'), tables: [] },
      ],
    });
  });

  it('has the catalogue and tables of the first host next to `hosts`, even if that host has its own', () => {
    const hosts = [{ ...HERE, catalogue: of('memory'), tables: [] }];
    expect(readWelcome({ ...MESSAGE, hosts })).toEqual({
      ...MESSAGE,
      hosts,
      catalogue: of('memory'),
      tables: [],
    });
  });

  it('may have no host', () => {
    const none = readWelcome({ ...MESSAGE, hosts: [], catalogue: [], tables: [] });
    expect(findHost(none, undefined)).toBeUndefined();
    expect(withHost(none, { type: 'host', ...FAR, catalogue: of('gpu'), tables: TABLES })).toMatchObject({
      hosts: [{ id: 'far' }],
      catalogue: of('gpu'),
      tables: TABLES,
    });
  });
});

describe('a later welcome', () => {
  const described = withHost(welcome, {
    type: 'host',
    ...FAR,
    id: 'other',
    catalogue: of('fan'),
    tables: TABLES,
  });

  it('leaves what was known of hosts that it names without their catalogues', () => {
    const again = readWelcome({ ...MESSAGE, hosts: [HERE, FAR], hostCount: 2 }, described);
    expect(again.hosts).toEqual([
      { ...HERE, catalogue: of('cpu'), tables: TABLES },
      { ...FAR, catalogue: of('gpu'), tables: [] },
    ]);
  });

  it('keeps hosts that it leaves out because they are many, and no others', () => {
    const again = readWelcome({ ...MESSAGE, hosts: [HERE, FAR], hostCount: 101 }, described);
    expect(findHost(again, 'other')).toMatchObject({ catalogue: of('fan'), tables: TABLES });
    expect(findHost(readWelcome({ ...MESSAGE, hosts: [HERE] }, described), 'far')).toBeUndefined();
  });
});

describe('a host message', () => {
  it('replaces what was said of its host alone', () => {
    const facts = { cores: 8 };
    const changed = withHost(welcome, { type: 'host', ...FAR, facts, catalogue: of('fan'), tables: TABLES });
    expect(changed).toEqual({
      ...welcome,
      hosts: [welcome.hosts[0], { ...FAR, facts, catalogue: of('fan'), tables: TABLES }],
    });
  });

  it('about the first host replaces the catalogue and tables of the welcome', () => {
    const changed = withHost(welcome, { type: 'host', ...HERE, catalogue: of('fan'), tables: [] });
    expect(changed).toMatchObject({ catalogue: of('fan'), tables: [] });
    expect(findHost(changed, undefined)).toEqual({ ...HERE, catalogue: of('fan'), tables: [] });
    expect(findHost(changed, 'far')).toBe(welcome.hosts[1]);
  });

  it('about an unknown host appends it', () => {
    const changed = withHost(welcome, {
      type: 'host',
      ...FAR,
      id: 'new',
      catalogue: of('fan'),
      tables: [],
    });
    expect(changed.hosts.map(({ id }) => id)).toEqual(['here', 'far', 'new']);
    expect(changed.catalogue).toEqual(of('cpu'));
    expect(findHost(changed, 'new')?.catalogue).toEqual(of('fan'));
    expect(findHost(changed, 'other')).toBeUndefined();
  });
});

describe('a host by its label', () => {
  it('is found if no other host has the same, and an id comes first', () => {
    const labelled = (id: string, label: string) => ({ ...FAR, id, label, catalogue: [], tables: [] });
    const hosts = [labelled('a', 'shop'), labelled('b', 'twin'), labelled('c', 'twin'), labelled('d', 'a')];
    const found = ['shop', 'twin', 'a'].map((name) => findHost({ ...welcome, hosts }, name)?.id);
    expect(found).toEqual(['a', undefined, 'a']);
  });
});
