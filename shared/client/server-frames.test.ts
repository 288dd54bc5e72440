import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { encode, MessageError } from '../protocol/codec.ts';
import { serverMessageSchema, type ServerMessage } from '../protocol/messages.ts';
import { decodePollCursor, decodeServerFrame } from './server-frames.ts';

describe('decodeServerFrame', () => {
  const sample: ServerMessage = { type: 'metrics', sub: '1', seq: 8, prev: 7, ts: 1, values: [1.5, null] };

  it('reads back what encode wrote', () => {
    expect(decodeServerFrame(encode(sample))).toEqual([sample]);
  });

  it('flattens a batch in order', () => {
    const second = { ...sample, seq: 9, prev: 8 };
    expect(decodeServerFrame(encode({ type: 'batch', messages: [sample, second] }))).toEqual([
      sample,
      second,
    ]);
  });

  it('omits types that a later agent may send, and the answer to a ping', () => {
    expect(
      decodeServerFrame('{"type":"batch","messages":[{"type":"weather"},{"type":"heartbeat","ts":1}]}'),
    ).toEqual([{ type: 'heartbeat', ts: 1 }]);
    expect(decodeServerFrame('pong')).toEqual([]);
  });

  it.each(['histogram', 'counter', ''])('takes a metric of the unknown kind "%s"', (kind) => {
    const metric = { name: 'n', label: 'l', unit: 'u', kind, group: 'g', help: 'h', source: 's' };
    const message = { type: 'host', id: 'h', label: 'l', facts: {}, catalogue: [metric], tables: [] };
    expect(decodeServerFrame(JSON.stringify(message))).toEqual([message]);
  });

  it.each([
    '',
    '{}',
    '{"type":7}',
    '{"type":"metrics","sub":"1"}',
    // A number that could be passed on only as `null`, which others take for a broken message.
    '{"type":"metrics","sub":"1","seq":8,"prev":7,"ts":1,"values":[1e999]}',
    '{"type":"batch","messages":[{"type":"batch","messages":[]}]}',
  ])('refuses %j', (text) => {
    expect(() => decodeServerFrame(text)).toThrow(MessageError);
  });
});

describe('validation without schemas', () => {
  const tables = [
    {
      name: 'processes',
      label: 'Processes',
      group: 'Processes',
      columns: [{ name: 'pid', label: 'PID', unit: 'id', tellsApart: true }],
      help: 'h',
      source: 'linux',
    },
  ];
  const named = { name: 'cpu', label: 'CPU', unit: 'percent', min: 0, max: 100, instance: 'i', group: 'CPU' };
  const catalogue = [{ ...named, kind: 'gauge', help: 'h', source: 'linux' }];
  const facts = {
    operatingSystem: 'o',
    kernel: 'k',
    architecture: 'a',
    cpuModel: 'c',
    cores: 2,
    memoryTotalBytes: 1,
    bootedAtMs: 1,
    kind: 'vm',
    platform: 'p',
    gpus: ['g'],
    disks: ['d'],
  };
  const host = { id: 'h', label: 'l', facts, history: { oldestMs: 1 } };
  /** One of each type, with every field that it may have. */
  const WHOLE: readonly Record<string, unknown>[] = [
    {
      type: 'welcome',
      v: 1,
      server: { name: 'metrics-panel', version: '1' },
      heartbeat: { intervalMs: 1 },
      reconnect: { baseMs: 1, capMs: 2 },
      limits: { minIntervalMs: 1, maxBackfill: 1, maxMetrics: 1, maxSubscriptions: 1, maxMessageBytes: 1 },
      transports: ['websocket'],
      hosts: [host, { ...host, catalogue, tables }],
      hostCount: 2,
      catalogue,
      tables,
      id: 1,
    },
    { type: 'host', ...host, catalogue, tables },
    {
      type: 'subscribed',
      sub: '1',
      host: 'h',
      epoch: 'e',
      seq: 1,
      channel: 1,
      intervalMs: 1000,
      recovered: false,
      series: [named],
      tables,
      id: 'a',
    },
    { type: 'metrics', sub: '1', seq: 2, prev: 1, ts: 1, values: [1, null] },
    { type: 'table', sub: '1', table: 't', seq: 1, ts: 1, rows: [['a', 1, null]] },
    { type: 'gap', sub: '1', from: 1, to: 2, fromTs: 1, toTs: 2, reason: 'stall' },
    {
      type: 'alert',
      sub: '1',
      host: 'h',
      complete: true,
      alerts: [
        {
          id: '1',
          rule: 'r',
          title: 't',
          host: 'h',
          metric: 'cpu',
          severity: 'warning',
          state: 'ended',
          sinceMs: 1,
          firedMs: 1,
          endedMs: null,
          outcome: null,
          value: 1,
          worst: null,
          threshold: 1,
          unit: 'percent',
          noDataSinceMs: null,
          acknowledgedMs: 1,
          silencedUntilMs: null,
        },
      ],
      lines: [
        { rule: 'r', title: 't', severity: 'trouble', metrics: ['cpu'], direction: 'above', threshold: 1 },
      ],
    },
    { type: 'alert', sub: '1', host: 'h', complete: false, alerts: [] },
    {
      type: 'hosts',
      sub: '1',
      complete: true,
      hosts: [
        {
          id: 'h',
          label: 'h',
          labels: { env: 'prod' },
          status: { state: 'down', sinceMs: 1, reason: 'r' },
          epoch: 'e',
          intervalMs: 1000,
          minIntervalMs: 100,
          via: 'v',
          bootedAtMs: 1,
          ts: 1,
          cpu: 1,
          memory: 1,
          disk: { name: '/', percent: 1 },
          network: { receive: 1, send: null },
          pressure: { name: 'io', percent: 1 },
          alerts: {
            warning: 1,
            trouble: 1,
            worst: { title: 't', metric: 'cpu', severity: 'trouble', sinceMs: 1 },
          },
        },
      ],
      removed: ['g'],
      id: 1,
    },
    { type: 'batch', messages: [] },
    { type: 'heartbeat', ts: 1 },
    { type: 'unsubscribed', sub: '1', reason: 'r', id: 1 },
    { type: 'auth_success' },
    { type: 'auth_error', error: 'e' },
    { type: 'auth_error', error: 'e', code: 'c' },
    { type: 'auth_expiring', inMs: 1 },
    { type: 'goodbye', code: 4201, reason: 'r', retryMs: 1 },
    { type: 'error', error: 'e', code: 'c', id: 1, retryMs: 1 },
  ];
  const OTHERS: readonly unknown[] = [undefined, null, true, 7, 'text', [], {}, [null], [7], ['text'], [{}]];

  /** Variants of `value` with another value in one of its places. */
  function* changed(value: unknown): Generator {
    // A schema without required fields accepts a list as a record.
    yield* Array.isArray(value) ? OTHERS : OTHERS.filter((other) => !Array.isArray(other));
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      for (const other of changed(member)) {
        yield Array.isArray(value) ? value.with(Number(name), other) : { ...value, [name]: other };
      }
    }
  }

  function isTaken(message: unknown): boolean {
    try {
      decodeServerFrame(JSON.stringify(message));
      return true;
    } catch (error) {
      if (error instanceof MessageError) return false;
      throw error;
    }
  }

  it('knows every message that has a schema, except the answers to requests that pages make over HTTP', () => {
    const types = serverMessageSchema.options.map((schema) => schema.entries.type.literal);
    const ofPages = types.filter((type) => type !== 'history' && type !== 'cancelled');
    expect(new Set(WHOLE.map(({ type }) => type))).toEqual(new Set(ofPages));
  });

  it.each(WHOLE)('accepts exactly what the schema accepts: $type', (whole) => {
    expect(decodeServerFrame(JSON.stringify(whole))).toEqual(whole['type'] === 'batch' ? [] : [whole]);
    for (const other of changed(whole)) {
      const received: unknown = JSON.parse(JSON.stringify(other) ?? 'null');
      // Another type means another message; members of a batch are checked separately.
      if (whole['type'] !== 'batch' && v.is(v.object({ type: v.literal(String(whole['type'])) }), received))
        expect(isTaken(received), JSON.stringify(received)).toBe(v.is(serverMessageSchema, received));
    }
  });

  it.each(['toString', '__proto__', 'constructor'])('omits the type %s, which every object has', (type) => {
    expect(decodeServerFrame(JSON.stringify({ type }))).toEqual([]);
  });

  it('lets no message change what objects inherit', () => {
    decodeServerFrame(
      '{"type":"auth_success","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    );
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('decodePollCursor', () => {
  it('reads the cursor', () => {
    expect(decodePollCursor('{"type":"batch","messages":[],"cursor":"abc"}')).toBe('abc');
  });

  it.each(['{"type":"batch","messages":[]}', '[]', '{"cursor":7}'])('refuses %s', (answer) => {
    expect(() => decodePollCursor(answer)).toThrow(MessageError);
  });
});
