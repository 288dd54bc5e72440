import { beforeEach, describe, expect, it } from 'vitest';
import { TestHub, TOKEN, type TestClient } from '../testing/test-hub.ts';

let test: TestHub;
let client: TestClient;

beforeEach(() => {
  test = new TestHub();
  client = test.connect('plain');
});

const subscribe = (...metrics: string[]) => ({ action: 'subscribe', metrics });

describe('the plain profile', () => {
  it('sends nothing before the client speaks', async () => {
    test.publish(3);
    await test.clock.advance(120_000);
    expect(client.take()).toEqual([]);
  });

  it('answers a subscription at once with the newest sample, then sends each sample, byte for byte as documented', () => {
    test.publish();
    client.sendText('{"action":"subscribe","metrics":["cpu","memory"]}');
    expect(client.take()).toEqual(['{"type":"metrics","metrics":{"cpu":1,"memory":10}}']);
    test.publish(2);
    expect(client.take()).toEqual([
      '{"type":"metrics","metrics":{"cpu":2,"memory":20}}',
      '{"type":"metrics","metrics":{"cpu":3,"memory":30}}',
    ]);
  });

  it('answers with the first sample if there is none yet', () => {
    client.send(subscribe('cpu'));
    expect(client.take()).toEqual([]);
    test.publish();
    expect(client.take()).toEqual(['{"type":"metrics","metrics":{"cpu":1}}']);
  });

  it('sends the metrics in the requested order, once each, and null for unknown values', () => {
    test.publish();
    client.send(subscribe('memory.used', 'cpu', 'memory.used'));
    expect(client.take()).toEqual(['{"type":"metrics","metrics":{"memory.used":null,"cpu":1}}']);
  });

  it('has one subscription, which the next one replaces', () => {
    test.publish();
    client.send(subscribe('cpu'));
    client.send(subscribe('memory'));
    client.take();
    test.publish();
    expect(client.take()).toEqual(['{"type":"metrics","metrics":{"memory":20}}']);
  });

  it('ignores fields of the v1 profile', () => {
    test.publish();
    client.send({ ...subscribe('cpu'), sub: 'x', intervalMs: 5000, backfill: 10, id: 7, colour: 'red' });
    expect(client.take()).toEqual(['{"type":"metrics","metrics":{"cpu":1}}']);
    test.publish();
    expect(client.take()).toHaveLength(1);
  });

  it('answers ping with pong', () => {
    client.sendText('ping');
    expect(client.take()).toEqual(['pong']);
  });

  it('handles the members of a batch one by one, so that a bad one affects no other', () => {
    test.publish();
    client.send({
      type: 'batch',
      messages: [subscribe('nope'), 5, { type: 'batch', messages: [] }, subscribe('cpu')],
    });
    expect(client.take()).toEqual([
      '{"type":"error","error":"Unknown metric: nope"}',
      '{"type":"error","error":"Invalid message: expected a JSON object"}',
      '{"type":"error","error":"Invalid batch: batches do not nest"}',
      '{"type":"metrics","metrics":{"cpu":1}}',
    ]);
  });

  it('accepts any token where none is required', async () => {
    client.send({ type: 'auth', token: 'whatever' });
    await test.verified();
    expect(client.take()).toEqual(['{"type":"auth_success"}']);
  });

  it.each([
    ['not JSON', '{"action":', 'Invalid JSON: expected one JSON object per message'],
    ['an empty frame', '', 'Invalid JSON: expected one JSON object per message'],
    ['null', 'null', 'Invalid message: expected a JSON object'],
    ['an array', '[{"action":"subscribe"}]', 'Invalid message: expected a JSON object'],
    ['an unknown action', '{"action":"dance"}', expect.stringMatching(/^Unknown action/)],
    ['an unknown type', '{"type":"dance"}', expect.stringMatching(/^Unknown action/)],
    ['no metrics', '{"action":"subscribe"}', expect.stringMatching(/metrics/)],
    [
      'an empty list of metrics',
      '{"action":"subscribe","metrics":[]}',
      expect.stringMatching(/^Invalid metrics/),
    ],
    [
      'a metric that is no string',
      '{"action":"subscribe","metrics":[1]}',
      expect.stringMatching(/^Invalid metrics/),
    ],
    ['an inherited name', '{"action":"subscribe","metrics":["toString"]}', 'Unknown metric: toString'],
    ['an unknown metric', '{"action":"subscribe","metrics":["cpu","gpu"]}', 'Unknown metric: gpu'],
    ['a glob without a match', '{"action":"subscribe","metrics":["gpu.*"]}', 'No metric matches gpu.*'],
    ['a v1 action', '{"action":"unsubscribe"}', 'Unknown action: say "hello" first'],
  ])('answers %s with an error and keeps the connection and its subscription', (_what, text, error) => {
    test.publish();
    client.send(subscribe('cpu'));
    client.take();
    client.sendText(text);
    expect(client.takeMessages()).toEqual([{ type: 'error', error }]);
    expect(client.closes).toEqual([]);
    test.publish();
    expect(client.take()).toEqual(['{"type":"metrics","metrics":{"cpu":2}}']);
  });
});

describe('hello on a plain connection', () => {
  it('switches it to v1, with a welcome that carries the id, and ends the plain subscription', () => {
    test.publish();
    client.send(subscribe('cpu'));
    client.take();
    client.send({ action: 'hello', v: 1, id: 'h' });
    expect(client.takeMessages()).toEqual([expect.objectContaining({ type: 'welcome', v: 1, id: 'h' })]);
    test.publish();
    expect(client.take()).toEqual([]);
  });

  it('of another version is refused with close 4004', () => {
    client.send({ action: 'hello', v: 2 });
    expect(client.take()).toEqual([
      '{"type":"error","error":"Version 2 is not supported: say hello with v 1"}',
    ]);
    expect(client.closes).toEqual([{ code: 4004, reason: 'Version 2 is not supported: say hello with v 1' }]);
  });
});

describe('a plain connection where a token is required', () => {
  beforeEach(() => {
    test = new TestHub({ requiresToken: true });
    test.publish();
    client = test.connect('plain');
  });

  it.each([
    ['a subscription', '{"action":"subscribe","metrics":["cpu"]}'],
    ['a hello', '{"action":"hello","v":1}'],
    ['a hello of another version', '{"action":"hello","v":9}'],
    ['a ping', 'ping'],
    ['something malformed', '{'],
    ['an unknown metric', '{"action":"subscribe","metrics":["gpu"]}'],
  ])('answers %s before the token with nothing but "Not authenticated"', async (_what, text) => {
    client.sendText(text);
    expect(client.take()).toEqual(['{"type":"error","error":"Not authenticated"}']);
    expect(client.closes).toEqual([]);
    test.publish();
    await test.clock.advance(60_000);
    expect(client.take()).toEqual([]);
  });

  it('accepts a client with the token', async () => {
    client.send({ type: 'auth', token: TOKEN });
    client.send(subscribe('cpu'));
    await test.verified();
    expect(client.take()).toEqual(['{"type":"auth_success"}', '{"type":"metrics","metrics":{"cpu":1}}']);
  });

  it('accepts token and subscription in one batch', async () => {
    client.send({ type: 'batch', messages: [{ type: 'auth', token: TOKEN }, subscribe('cpu')] });
    await test.verified();
    expect(client.take()).toEqual(['{"type":"auth_success"}', '{"type":"metrics","metrics":{"cpu":1}}']);
  });

  it('answers a wrong token with auth_error and close 4000, and nothing after it', async () => {
    client.send({
      type: 'batch',
      messages: [
        { type: 'auth', token: 'x' },
        { type: 'auth', token: TOKEN },
      ],
    });
    client.send({ type: 'auth', token: TOKEN });
    client.send(subscribe('cpu'));
    await test.verified();
    expect(client.take()).toEqual(['{"type":"auth_error","error":"Invalid token"}']);
    expect(client.closes).toEqual([{ code: 4000, reason: 'Authentication failed' }]);
  });

  it('closes with 4001 if no token arrives within 10 s', async () => {
    await test.clock.advance(9000);
    expect(client.closes).toEqual([]);
    await test.clock.advance(2000);
    expect(client.closes).toEqual([{ code: 4001, reason: 'No token was shown in time' }]);
  });
});
