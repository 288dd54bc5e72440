import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LiveServer } from '../testing/live-server.ts';
import { OPCODES, RawWebSocket } from '../testing/raw-web-socket.ts';
import { SocketClient } from '../testing/socket-client.ts';
import { TOKEN } from '../testing/test-hub.ts';

let server: LiveServer;
let client: SocketClient;

beforeEach(async () => {
  server = await new LiveServer().start();
  server.publish(3);
  client = await SocketClient.connect(server.url, 'metrics-panel.v1');
  await client.next();
});

afterEach(async () => {
  client.socket.terminate();
  await server.assertAlive();
  await server.stop();
});

type Answer = Record<string, unknown>;

async function next(): Promise<Answer> {
  return JSON.parse(await client.next()) as Answer;
}

/** The only answer to a message that leaves the connection open. */
async function answerTo(text: string): Promise<Answer> {
  client.send(text);
  const answer = await next();
  client.send('ping');
  expect(await client.next()).toBe('pong');
  return answer;
}

const subscribe = (fields: string): string => `{"action":"subscribe",${fields}}`;

describe('an interval', () => {
  it.each([
    ['1e999', /^Invalid intervalMs/],
    ['-1', /^Invalid intervalMs/],
    ['0', /^Invalid intervalMs/],
    ['0.5', /^Invalid intervalMs/],
    ['"1000"', /^Invalid intervalMs/],
    ['9007199254740992', /^Invalid intervalMs/],
    ['NaN', /^Invalid JSON/],
  ])('of %s is an error', async (intervalMs, error) => {
    const answer = await answerTo(subscribe(`"metrics":["cpu"],"intervalMs":${intervalMs}`));
    expect(answer).toMatchObject({ type: 'error', error: expect.stringMatching(error) });
    expect(server.host.stride).toBe(10);
  });

  it('of 1 ms is raised to 100 ms and a huge one lowered to five minutes, as the answer says', async () => {
    client.send(subscribe('"metrics":["cpu"],"intervalMs":1'));
    expect(await next()).toMatchObject({ type: 'subscribed', intervalMs: 100 });
    await next();
    client.send(subscribe('"metrics":["cpu"],"intervalMs":9007199254740991'));
    expect(await next()).toMatchObject({ type: 'subscribed', intervalMs: 300_000 });
  });
});

describe('an unknown metric', () => {
  it('is named in the error, and the known ones are not subscribed', async () => {
    const answer = await answerTo(subscribe('"metrics":["cpu","gpu"]'));
    expect(answer).toMatchObject({ code: 'unknown_metric', error: 'Unknown metric: gpu' });
    server.publish();
    client.send('ping');
    expect(await client.next()).toBe('pong');
  });

  it('is an error for a stream, a poll and a plain client too', async () => {
    const subscriptions = '[{"metrics":["cpu","gpu"]}]';
    const query = new URLSearchParams({ subscriptions }).toString();
    const answers = await Promise.all([
      fetch(`${server.url}metrics/sse?${query}`),
      fetch(`${server.url}metrics/poll`, { method: 'POST', body: `{"subscriptions":${subscriptions}}` }),
    ]);
    for (const answer of answers) {
      expect([answer.status, await answer.json()]).toEqual([
        400,
        { type: 'error', code: 'unknown_metric', error: 'Unknown metric: gpu' },
      ]);
    }
    const plain = await SocketClient.connect(server.url);
    plain.send(subscribe('"metrics":["cpu","gpu"]'));
    expect(await plain.next()).toBe('{"type":"error","error":"Unknown metric: gpu"}');
    server.publish();
    plain.send('ping');
    expect(await plain.next()).toBe('pong');
    await plain.close();
  });
});

describe('a list of metrics', () => {
  it.each([
    ['that is missing', '"sub":"a"', 'invalid_message'],
    ['that is empty', '"metrics":[]', 'invalid_message'],
    ['that is none', '"metrics":"cpu"', 'invalid_message'],
    ['of 65', `"metrics":[${Array<string>(65).fill('"cpu"').join()}]`, 'invalid_message'],
    ['of 3,000', `"metrics":[${Array<string>(3000).fill('"c"').join()}]`, 'invalid_message'],
    ['of numbers', '"metrics":[1]', 'invalid_message'],
    ['of null', '"metrics":[null]', 'invalid_message'],
    ['of lists', '"metrics":[["cpu"]]', 'invalid_message'],
    ['with an empty name', '"metrics":[""]', 'invalid_message'],
    ['with toString', '"metrics":["toString"]', 'unknown_metric'],
    ['with __proto__', '"metrics":["__proto__"]', 'unknown_metric'],
    ['with hasOwnProperty', '"metrics":["hasOwnProperty"]', 'unknown_metric'],
  ])('%s is an error', async (_what, fields, code) => {
    expect(await answerTo(subscribe(fields))).toMatchObject({ type: 'error', code });
  });

  it('of 10,000 is refused by its size', async () => {
    client.send(subscribe(`"metrics":[${Array<string>(10_000).fill('"cpu"').join()}]`));
    expect((await client.closed)[0]).toBe(1009);
  });

  it('with a duplicate name has it once', async () => {
    client.send(subscribe('"metrics":["cpu","cpu","c*"]'));
    expect(await next()).toMatchObject({ type: 'subscribed', series: [{ name: 'cpu' }] });
    expect(await next()).toMatchObject({ type: 'metrics', values: [3] });
  });
});

describe('a host', () => {
  it.each(['nowhere', 'web-2', '*', 'toString'])('%s is unknown if it does not exist', async (host) => {
    const answer = await answerTo(subscribe(`"metrics":["cpu"],"host":"${host}"`));
    // Hosts outside the scope get the same answer: agent/sessions/scopes.test.ts.
    expect(answer).toEqual({ type: 'error', code: 'unknown_host', error: 'Unknown host' });
  });
});

describe('an unknown action', () => {
  it.each([
    ['by name', '{"action":"dance"}'],
    ['by type', '{"type":"dance"}'],
    ['a number', '{"action":1}'],
    ['an inherited name', '{"action":"toString"}'],
    ['none', '{}'],
    ['ack beyond what was sent', '{"action":"ack","sub":"default","seq":9007199254740991}'],
    ['publish for another host', '{"action":"publish","host":"web-2","seq":1,"metrics":{"cpu":1e999}}'],
    ['metrics of an agent', '{"type":"metrics","sub":"default","seq":1,"prev":0,"ts":0,"values":[1]}'],
  ])('(%s) is an error and changes nothing', async (_what, text) => {
    const { seq: head } = server.host.store.head;
    expect(await answerTo(text)).toMatchObject({ type: 'error', code: 'unknown_action' });
    expect(server.host.store.head.seq).toBe(head);
  });

  it('with 1 MB of payload is refused by its size', async () => {
    client.send(`{"action":"publish","metrics":"${'x'.repeat(1024 * 1024)}"}`);
    expect((await client.closed)[0]).toBe(1009);
  });
});

describe('a pong, the acknowledgement of this protocol,', () => {
  it.each(['99999999999', '-99999999999', '1e999', 'NaN', '', '\u0000'])(
    'with payload %j does not open the window of a client that does not read',
    async (payload) => {
      const raw = await RawWebSocket.connect(server.port);
      const sub = 'x'.repeat(250);
      raw.send(OPCODES.text, `{"action":"hello","v":1}`);
      raw.send(OPCODES.text, subscribe(`"metrics":["*"],"sub":"${sub}"`));
      raw.socket.pause();
      await expect.poll(() => server.host.stride).toBe(10);
      for (let round = 0; server.hub.skippedSamples === 0 && round < 500; round += 1) {
        raw.send(OPCODES.pong, payload);
        server.publish(20);
        await server.clock.advance(0);
      }
      expect(server.hub.skippedSamples).toBeGreaterThan(0);
      raw.socket.destroy();
    },
  );
});

describe('binary input', () => {
  const many = 'ffffffff';
  it.each([
    ['MessagePack arrays of four thousand million members, nested', `dd${many}`.repeat(50)],
    ['such maps', `df${many}`.repeat(50)],
    ['such a string', `db${many}`],
    ['a map with the key __proto__', `81a9${Buffer.from('__proto__').toString('hex')}80`],
    ['an extension', 'c7ff00'],
    ['a timestamp', 'd7ff0000000000000000'],
  ])('%s closes with 1003', async (_what, hex) => {
    const raw = await RawWebSocket.connect(server.port);
    raw.send(OPCODES.binary, Buffer.from(hex, 'hex'));
    expect(await raw.closed).toBe(1003);
  });
});

describe('a position', () => {
  const since = (epoch: string, seq: string): string =>
    subscribe(`"metrics":["cpu"],"since":{"epoch":"${epoch}","seq":${seq}}`);

  it.each([
    ['with a seq of -1', () => since('x', '-1')],
    ['with a seq of 2^60', () => since(server.host.epoch, '1152921504606846976')],
    ['with a seq of 0.5', () => since(server.host.epoch, '0.5')],
    ['with an epoch of 257 characters', () => since('x'.repeat(257), '1')],
  ])('%s is an error', async (_what, text) => {
    const answer = await answerTo(text());
    expect(answer).toMatchObject({ code: 'invalid_message', error: expect.stringMatching(/^Invalid since/) });
  });

  it('with an epoch of 100,000 characters is refused by its size', async () => {
    client.send(since('x'.repeat(100_000), '1'));
    expect((await client.closed)[0]).toBe(1009);
  });

  it('of another epoch, or far ahead, gets a gap and then the samples that exist', async () => {
    client.send(since('another', '9007199254740991'));
    expect(await next()).toMatchObject({ type: 'subscribed', recovered: false });
    expect(await next()).toMatchObject({
      messages: [{ type: 'gap', reason: 'agent_restart' }, {}, {}, { seq: 3 }],
    });
    client.send(since(server.host.epoch, '9007199254740991'));
    expect(await next()).toMatchObject({ type: 'subscribed', recovered: false });
    expect(await next()).toMatchObject({
      messages: [{ type: 'gap', reason: 'unknown_position' }, { seq: 3 }],
    });
  });

  it('before all samples gets those that are still held', async () => {
    client.send(subscribe('"metrics":["cpu"],"backfill":9007199254740991'));
    expect(await next()).toMatchObject({ type: 'subscribed' });
    expect(await next()).toMatchObject({ messages: [{ seq: 1 }, { seq: 2 }, { seq: 3 }] });
    expect(await answerTo(subscribe('"metrics":["cpu"],"backfill":-1'))).toMatchObject({
      code: 'invalid_message',
    });
  });
});

describe('an agent that requires a token', () => {
  let guarded: LiveServer;

  beforeEach(async () => {
    guarded = await new LiveServer({ requiresToken: true }).start();
    guarded.publish();
  });
  afterEach(async () => {
    await guarded.assertAlive();
    await guarded.stop();
  });

  it.each([[[]], [['metrics-panel.v1']]])(
    'answers an earlier subscription with "Not authenticated" (%j), and keeps the connection open',
    async (protocols) => {
      const early = await SocketClient.connect(guarded.url, ...protocols);
      early.send(subscribe('"metrics":["cpu"]'));
      expect(JSON.parse(await early.next())).toMatchObject({ type: 'error', error: 'Not authenticated' });
      early.send({ type: 'auth', token: TOKEN });
      expect(await early.next()).toBe('{"type":"auth_success"}');
      await early.close();
    },
  );

  it.each(['wrong', '', 'x'.repeat(4096), `${TOKEN} `, 'a.b.c'])(
    'closes with 4000 for an invalid token (case %#)',
    async (token) => {
      const guesser = await SocketClient.connect(guarded.url);
      guesser.send({ type: 'auth', token });
      expect(await guesser.next()).toBe('{"type":"auth_error","error":"Invalid token"}');
      expect(await guesser.closed).toEqual([4000, 'Authentication failed']);
    },
  );

  it('refuses a token of 1 MB by its size', async () => {
    const guesser = await SocketClient.connect(guarded.url);
    guesser.send({ type: 'auth', token: 'x'.repeat(1024 * 1024) });
    expect((await guesser.closed)[0]).toBe(1009);
  });

  it.each([[[TOKEN]], [{ token: TOKEN }], [null], [true], [1e300], [undefined], ['x'.repeat(4097)]])(
    'answers a malformed token with "Not authenticated" (case %#), five times',
    async (token) => {
      const guesser = await SocketClient.connect(guarded.url);
      for (let count = 0; count < 5; count += 1) guesser.send({ type: 'auth', token });
      for (let count = 0; count < 5; count += 1) {
        expect(await guesser.next()).toBe('{"type":"error","error":"Not authenticated"}');
      }
      expect((await guesser.closed)[0]).toBe(4005);
    },
  );
});
