import { expect, it } from 'vitest';
import { metric } from '../../testing/fake-collector.ts';
import type { Reading } from '../reading.ts';
import { toLines } from './lines.ts';

function reading(values: Readonly<Record<string, number | null>>, label = 'web-1'): Reading {
  const thingOf = (name: string): string | undefined =>
    /^(?:network|disk|cpu\.core)\.(?!all)/.exec(name)?.[0];
  return {
    host: { id: label, label, facts: {} },
    epoch: 'e',
    timestampMs: 1_700_000_000_123,
    metrics: Object.keys(values).map((name) => ({ ...metric(name), instance: thingOf(name) })),
    values: Object.values(values),
    rawValues: [],
  };
}

it('has a line for each thing, with its known values', () => {
  const text = toLines(
    reading({
      cpu: 12.5,
      'cpu.user': 10,
      'cpu.core.0': 3,
      'network.all.receive': 7,
      'network.eth0.receive': 1e21,
      'network.eth0.transmit': 0,
      'network.eth1.receive': null,
      'disk.sda.latency': Number.NaN,
      'load.15': 0.04,
    }),
  );
  expect(text).toBe(
    [
      'cpu,host=web-1 value=12.5,user=10 1700000000123',
      'cpu_core,host=web-1,core=0 value=3 1700000000123',
      'network,host=web-1 all_receive=7 1700000000123',
      'network,host=web-1,interface=eth0 receive=1e+21,transmit=0 1700000000123',
      'load,host=web-1 15=0.04 1700000000123',
      '',
    ].join('\n'),
  );
});

it('escapes what has a meaning in the format, and lets no name begin a line of its own', () => {
  const text = toLines(reading({ cpu: 1 }, 'my host,a=b\ncpu,x=y value=9 1\\'));
  expect(text).toBe(
    String.raw`cpu,host=my\ host\,a\=b\ cpu\,x\=y\ value\=9\ 1/ value=1 1700000000123` + '\n',
  );
});

it('leaves an empty tag out, and is nothing if nothing is known', () => {
  expect(toLines(reading({ cpu: 1 }, ''))).toBe('cpu value=1 1700000000123\n');
  expect(toLines(reading({ cpu: null }))).toBeNull();
});
