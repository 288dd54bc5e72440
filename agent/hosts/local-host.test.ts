import { expect, it } from 'vitest';
import { metric } from '../testing/fake-collector.ts';
import type { SequencedSample } from '../store/sample-store.ts';
import { LocalHost } from './local-host.ts';

const hostOf = (): LocalHost =>
  new LocalHost({ host: { id: 'a', label: 'a', facts: {} }, catalogue: [metric('cpu')], intervalMs: 1000 });

it('[RT-1] counts its samples from 1 under an epoch of 128 random bits', () => {
  const host = hostOf();
  expect(host.epoch).toMatch(/^[0-9a-f]{32}$/);
  expect(hostOf().epoch).not.toBe(host.epoch);
  expect(host.store.head).toEqual({ epoch: host.epoch, seq: 0 });
  const samples: SequencedSample[] = [];
  const stop = host.onSample((sample) => samples.push(sample));
  host.append({ timestampMs: 5000, gridIndex: 10, values: [1] });
  host.append({ timestampMs: 6000, gridIndex: 20, values: [null] });
  stop();
  host.append({ timestampMs: 7000, gridIndex: 30, values: [2] });
  expect(samples.map(({ epoch, seq }) => [epoch, seq])).toEqual([
    [host.epoch, 1],
    [host.epoch, 2],
  ]);
  expect(host.store.head).toEqual({ epoch: host.epoch, seq: 3, ts: 7000 });
});

it('counts a revision for new details and for a new catalogue, but not if nothing changed', () => {
  const host = hostOf();
  const { revision } = host;
  host.learn({});
  expect(host.revision).toBe(revision);
  host.learn({ cores: 4 });
  expect(host.revision).toBe(revision + 1);
  expect(host.host.facts).toEqual({ cores: 4 });
  host.append({ timestampMs: 1, gridIndex: 1, values: [1, 2], catalogue: [metric('cpu'), metric('disk')] });
  expect(host.revision).toBe(revision + 2);
  expect(host.catalogue.map(({ name }) => name)).toEqual(['cpu', 'disk']);
});

it('sums itself up by what was measured, also where the store has no room for all of it', () => {
  const cores = Array.from({ length: 5000 }, (_none, index) => ({
    ...metric(`cpu.${index}`),
    instance: `${index}`,
  }));
  const catalogue = [...cores, metric('cpu'), metric('memory')];
  const host = new LocalHost({ host: { id: 'a', label: 'a', facts: {} }, catalogue, intervalMs: 1000 });
  host.append({ timestampMs: 1000, gridIndex: 10, values: [...cores.map(() => 0), 41, 42] });
  expect(host.catalogue.length).toBeLessThan(catalogue.length);
  expect(host.summary).toMatchObject({ cpu: 41, memory: 42, ts: 1000 });
});

it('a wish is withdrawn once, however often its following ends', () => {
  const host = new LocalHost({ host: { id: 'a', label: 'a', facts: {} }, catalogue: [], intervalMs: 1000 });
  const wish = { stride: 5, backfill: 0, tables: false };
  const [first, second] = [host.follow(wish), host.follow(wish)];
  first.end();
  first.end();
  expect(host.stride).toBe(5);
  second.end();
  expect(host.stride).toBe(10);
});
