import { expect, it } from 'vitest';
import { metric } from '../../testing/fake-collector.ts';
import type { Reading } from '../reading.ts';
import { MqttDevice } from './device.ts';

const MINUTE = 60_000;

function reading(values: Readonly<Record<string, number | null>>): Reading {
  return {
    host: { id: 'a', label: 'a', facts: {} },
    epoch: 'e',
    timestampMs: 1,
    metrics: Object.keys(values).map((name) => metric(name)),
    values: Object.values(values),
    rawValues: [],
  };
}

/** What each publication describes or says, by component or metric. */
function publish(device: MqttDevice, values: Readonly<Record<string, number | null>>, nowMs = 0): unknown[] {
  return device.publications(reading(values), nowMs).map(({ text }) => {
    const { cmps, ...state } = JSON.parse(text) as { cmps?: Record<string, { name?: string }> };
    if (cmps === undefined) return state;
    return Object.entries(cmps).map(([id, { name }]) => (name === undefined ? `-${id}` : id));
  });
}

it('describes itself when something is new, and else says its state alone', () => {
  const device = new MqttDevice('a', 'here');
  expect(publish(device, { cpu: 1 })).toEqual([['cpu'], { cpu: 1 }]);
  expect(publish(device, { cpu: null })).toEqual([{ cpu: null }]);
  expect(publish(device, { cpu: 1, 'temperature.cpu': 40 })).toEqual([
    ['cpu', 'temperature_cpu'],
    { cpu: 1, 'temperature.cpu': 40 },
  ]);
  device.introduceAgain();
  expect(publish(device, { cpu: 1, 'temperature.cpu': 40 })).toHaveLength(2);
});

it('removes what has been gone for ten minutes, and only that', () => {
  const device = new MqttDevice('a', 'here');
  publish(device, { cpu: 1, 'temperature.cpu': 40 });
  expect(publish(device, { cpu: 1 }, MINUTE)).toEqual([{ cpu: 1 }]);
  expect(publish(device, { cpu: 1, 'temperature.cpu': 41 }, 10 * MINUTE)).toHaveLength(1);
  expect(publish(device, { cpu: 1 }, 11 * MINUTE)).toHaveLength(1);
  expect(publish(device, { cpu: 1 }, 20 * MINUTE)).toHaveLength(1);
  expect(publish(device, { cpu: 1 }, 21 * MINUTE)).toEqual([
    ['cpu', '-temperature_cpu'],
    ['cpu'],
    { cpu: 1 },
  ]);
  expect(publish(device, { cpu: 1 }, 40 * MINUTE)).toEqual([{ cpu: 1 }]);
});

it('removes what an earlier run described and is gone too', () => {
  const device = new MqttDevice('a', 'here');
  const usb = { p: 'sensor', name: 'USB', uniq_id: 'usb' };
  device.learn(JSON.stringify({ dev: { ids: ['x'] }, cmps: { usb, removed: { p: 'sensor' } } }));
  expect(publish(device, { cpu: 1 })).toEqual([['usb', 'cpu'], { cpu: 1 }]);
  expect(publish(device, { cpu: 1 }, 10 * MINUTE)).toEqual([['cpu', '-usb'], ['cpu'], { cpu: 1 }]);
});

it.each(['', 'no JSON', 'null', '[]', '{"cmps":[1]}', '{"cmps":{"a":{"b":{}}}}', '{"cmps":5}'])(
  'ignores %j as a description',
  (text) => {
    const device = new MqttDevice('a', 'here');
    device.learn(text);
    expect(publish(device, { cpu: 1 })).toEqual([['cpu'], { cpu: 1 }]);
  },
);

it('describes a hundred of many sensors, each under an id of its own', () => {
  const many = Object.fromEntries(
    Array.from({ length: 500 }, (_none, index) => [`temperature.t${index}`, 1]),
  );
  const [components] = publish(new MqttDevice('a', 'here'), many);
  expect(components).toHaveLength(100);
  const [odd] = publish(new MqttDevice('a', 'here'), { 'temperature.a:b': 1, 'temperature.a@b': 1 });
  expect(odd).toEqual(['temperature_a_3ab', 'temperature_a_40b']);
});
