import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeServerFrame } from '../../shared/client/server-frames.ts';
import type { Message } from '../testing/live-clients.ts';
import { LiveServer } from '../testing/live-server.ts';
import { SocketClient } from '../testing/socket-client.ts';

let server: LiveServer;

beforeEach(async () => {
  server = await new LiveServer().start();
});

afterEach(async () => {
  await server.stop();
});

/** Frames of about 1 KB, to reach limits soon. */
const SUB = '"'.repeat(250);
const subscribe = (fields: object = {}) => ({ action: 'subscribe', sub: SUB, metrics: ['*'], ...fields });

async function connect(...protocols: string[]): Promise<SocketClient> {
  return SocketClient.connect(server.url, ...protocols);
}

/** Reads messages up to the first that `isLast`. */
async function readUntil(client: SocketClient, isLast: (message: Message) => boolean): Promise<Message[]> {
  const messages: Message[] = [];
  for (;;) {
    messages.push(...decodeServerFrame(await client.next()));
    const last = messages.at(-1);
    if (last !== undefined && isLast(last)) return messages;
  }
}

const isHead = (message: Message): boolean =>
  message.type === 'metrics' && message.seq === server.host.store.head.seq;

/** Publishes in steps, with time for I/O between them. */
async function publishSlowly(count: number): Promise<void> {
  for (let i = 0; i < count; i += 10) {
    server.publish(10);
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** Errors in a client's samples after its first: missing samples without a `gap`, repetitions, wrong order. */
function audit(messages: readonly Message[]): { unreported: number; unordered: number } {
  let position = 0;
  let unreported = 0;
  let unordered = 0;
  for (const message of messages) {
    if (message.type === 'gap') {
      if (message.from !== position + 1) unreported += 1;
      position = message.to;
    }
    if (message.type === 'metrics') {
      if (position > 0 && message.prev !== position) unreported += 1;
      if (message.seq <= position) unordered += 1;
      position = message.seq;
    }
  }
  return { unreported, unordered };
}

describe('[FC-2] a client that reads', () => {
  it('is never skipped, and acknowledges what it has read by pongs', async () => {
    const client = await connect('metrics-panel.v1');
    let pings = 0;
    client.socket.on('ping', () => {
      pings += 1;
    });
    client.send(subscribe());
    await readUntil(client, ({ type }) => type === 'subscribed');
    for (let i = 0; i < 200; i += 1) {
      server.publish();
      await readUntil(client, isHead);
    }
    expect(server.hub.skippedSamples).toBe(0);
    expect(pings).toBeGreaterThan(2);
    await client.close();
  });

  it('gets a long backfill at its own stride, without a gap', async () => {
    server.publish(900);
    const client = await connect('metrics-panel.v1');
    client.send(subscribe({ since: { epoch: server.host.epoch, seq: 0 } }));
    const messages = await readUntil(client, isHead);
    expect(messages.filter(({ type }) => type === 'metrics')).toHaveLength(900);
    expect(audit(messages)).toEqual({ unreported: 0, unordered: 0 });
    expect(server.hub.skippedSamples).toBe(0);
    await client.close();
  });
});

describe('[FC-1] [FC-4] a client that stops reading', () => {
  it('is skipped after at most about 48 KB, and continues at the head with a gap once it reads', async () => {
    const client = await connect('metrics-panel.v1');
    client.send(subscribe());
    await readUntil(client, ({ type }) => type === 'subscribed');
    server.publish();
    const messages = await readUntil(client, isHead);
    client.socket.pause();
    await publishSlowly(2000);
    expect(server.hub.skippedSamples).toBeGreaterThan(1900);
    client.socket.resume();
    messages.push(...(await readUntil(client, isHead)));
    server.publish();
    messages.push(...(await readUntil(client, isHead)));
    const gaps = messages.filter((message) => message.type === 'gap');
    expect(gaps.map(({ reason }) => reason)).toEqual(['slow']);
    expect(audit(messages)).toEqual({ unreported: 0, unordered: 0 });
    await client.close();
  });

  it('pauses its backfill', async () => {
    server.publish(700);
    const client = await connect('metrics-panel.v1');
    client.send(subscribe({ since: { epoch: server.host.epoch, seq: 0 } }));
    await client.next();
    client.socket.pause();
    await publishSlowly(100);
    client.socket.resume();
    const messages = await readUntil(client, isHead);
    expect(messages.filter(({ type }) => type === 'metrics')).toHaveLength(800);
    expect(audit(messages)).toEqual({ unreported: 0, unordered: 0 });
    expect(server.hub.skippedSamples).toBe(0);
    await client.close();
  });

  it('is skipped without a gap message in the plain profile', async () => {
    const client = await connect();
    client.send({ action: 'subscribe', metrics: ['*'] });
    server.publish();
    await client.next();
    client.socket.pause();
    await publishSlowly(2000);
    expect(server.hub.skippedSamples).toBeGreaterThan(1000);
    client.socket.resume();
    const head = `{"cpu":${server.host.store.head.seq},`;
    let text = '';
    while (!text.includes(head)) {
      text = await client.next();
      expect(text).toMatch(/^\{"type":"metrics","metrics"/);
    }
    await client.close();
  });

  it('but keeps sending requests is closed', async () => {
    const client = await connect('metrics-panel.v1');
    await client.next();
    client.socket.pause();
    const question = JSON.stringify({ action: 'subscribe', metrics: ['gpu'], id: '"'.repeat(256) });
    for (let asked = 0; server.hub.sessionCount > 0 && asked < 200_000; asked += 500) {
      for (let i = 0; i < 500; i += 1) client.send(question);
      await server.clock.advance(0);
    }
    client.socket.resume();
    await client.closed;
    await expect.poll(() => server.hub.sessionCount).toBe(0);
  });

  it('[FC-3] for 30 s is closed with 4200', async () => {
    const client = await connect('metrics-panel.v1');
    client.send(subscribe());
    await readUntil(client, ({ type }) => type === 'subscribed');
    client.socket.pause();
    await publishSlowly(100);
    await server.clock.advance(29_000);
    expect(server.hub.sessionCount).toBe(1);
    await server.clock.advance(1000);
    client.socket.resume();
    expect(await client.closed).toEqual([4200, 'This client does not read what it is sent']);
  });

  it('[HB-1] is not closed because the agent itself stalled', async () => {
    const client = await connect('metrics-panel.v1');
    client.send(subscribe());
    await readUntil(client, ({ type }) => type === 'subscribed');
    client.socket.pause();
    await publishSlowly(100);
    await server.clock.advance(20_000);
    server.clock.stall(600_000);
    await server.clock.advance(5000);
    client.socket.resume();
    server.publish();
    await readUntil(client, isHead);
    expect(server.hub.sessionCount).toBe(1);
    await client.close();
  });
});

describe('[HB-1] an idle client', () => {
  it('is pinged every 30 s, and kept while it answers', async () => {
    const client = await connect();
    let pings = 0;
    client.socket.on('ping', () => {
      pings += 1;
    });
    for (let round = 1; round <= 4; round += 1) {
      await server.clock.advance(30_000);
      await expect.poll(() => pings).toBe(round);
      // The answer to the next message shows that the pong has arrived.
      client.send('ping');
      await client.next();
    }
    expect(server.hub.sessionCount).toBe(1);
    await client.close();
  });

  it('is terminated if it has not answered by the next ping, as after a power cut', async () => {
    const client = await connect();
    client.socket.pause();
    await server.clock.advance(59_000);
    expect(server.hub.sessionCount).toBe(1);
    await server.clock.advance(1000);
    await expect.poll(() => server.hub.sessionCount).toBe(0);
    client.socket.terminate();
  });

  it('is not terminated after a stall of the agent, nor is any other', async () => {
    const clients = await Promise.all(Array.from({ length: 50 }, () => connect()));
    await server.clock.advance(30_000);
    // The agent stalls after all pings are sent, before it reads the pongs.
    server.clock.stall(600_000);
    await server.clock.advance(0);
    for (const client of clients) {
      client.send('ping');
      expect(await client.next()).toBe('pong');
    }
    await server.clock.advance(60_000 - 1000);
    expect(server.hub.sessionCount).toBe(50);
    await Promise.all(clients.map((client) => client.close()));
    expect(server.clock.pending).toBe(0);
  });
});
