import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startAgent, type Agent } from './agent.ts';
import { DEFAULTS, type Config } from './config.ts';
import { capturedLog } from './testing/captured-log.ts';
import { ask } from './testing/http-request.ts';
import { SocketClient } from './testing/socket-client.ts';
import { VERSION } from './build-info.ts';

const SUBSCRIBE = '{"action":"subscribe","metrics":["cpu","memory"]}';

let agent: Agent;
let lines: string[];
let entries: unknown[];

async function start(config: Partial<Config> = {}): Promise<void> {
  const captured = capturedLog(config.logLevel);
  ({ lines, entries } = captured);
  agent = await startAgent({ ...DEFAULTS, port: 0, intervalMs: 250, ...config }, captured.log);
}

const portOf = ({ url }: Agent): number => Number(new URL(url).port);

afterEach(async () => {
  await agent.stop();
});

/** Skips updates of host details. */
async function nextSample(client: SocketClient): Promise<Record<string, unknown>> {
  for (;;) {
    const message = JSON.parse(await client.next()) as Record<string, unknown>;
    if (message['type'] !== 'host') return message;
  }
}

describe('a running agent', () => {
  it('serves this host to a plain client, and sends nothing before the client does', async () => {
    await start();
    const client = await SocketClient.connect(agent.url);
    client.send('ping');
    expect(await client.next()).toBe('pong');
    client.send(SUBSCRIBE);
    for (let i = 0; i < 3; i += 1) {
      expect(await client.next()).toMatch(
        /^\{"type":"metrics","metrics":\{"cpu":\d+(\.\d{1,2})?,"memory":\d+(\.\d{1,2})?\}\}$/,
      );
    }
    await client.close();
  });

  it('[RT-1] serves this host to a v1 client, sample after sample on the grid', async () => {
    await start();
    const client = await SocketClient.connect(agent.url, 'metrics-panel.v1');
    const welcome = JSON.parse(await client.next()) as { catalogue: { name: string }[]; hosts: unknown[] };
    expect(welcome.catalogue.map(({ name }) => name)).toContain('memory.used');
    expect(welcome.hosts).toHaveLength(1);
    client.send({ action: 'subscribe', metrics: ['cpu', 'memory', '*'] });
    const subscribed = JSON.parse(await client.next()) as { series: unknown[] };
    let prev = 0;
    for (let i = 0; i < 3; i += 1) {
      const frame = (await nextSample(client)) as {
        seq: number;
        prev: number;
        ts: number;
        values: unknown[];
      };
      expect(frame.prev).toBe(prev);
      expect(frame.values).toHaveLength(subscribed.series.length);
      expect(frame.values.slice(0, 2)).toEqual([expect.any(Number), expect.any(Number)]);
      expect(frame.values.every((value) => value === null || Number.isFinite(value))).toBe(true);
      expect(frame.ts % 250).toBeLessThan(125);
      prev = frame.seq;
    }
    await client.close();
  });

  it('reports its health', async () => {
    await start();
    const { status, body } = await ask(portOf(agent), '/healthz');
    expect(status).toBe(200);
    expect(JSON.parse(body.toString())).toMatchObject({ status: 'ok', version: VERSION });
  });

  it('requires its token', async () => {
    await start({ token: 's3cret' });
    const client = await SocketClient.connect(agent.url);
    client.send(SUBSCRIBE);
    expect(await client.next()).toBe('{"type":"error","error":"Not authenticated"}');
    client.send({ type: 'auth', token: 's3cret' });
    expect(await client.next()).toBe('{"type":"auth_success"}');
    client.send({ type: 'auth', token: 'wrong' });
    expect(await client.next()).toBe('{"type":"auth_error","error":"Invalid token"}');
    expect(await client.closed).toEqual([4000, 'Authentication failed']);
  });

  it('logs its URL, and a warning when it is open to everyone', async () => {
    await start();
    expect(lines).toEqual([`info metrics-panel ${VERSION} is ready: open ${agent.url}`]);
    await agent.stop();
    await start({ host: '127.0.0.1', anonymous: { metrics: ['cpu'], tables: [], hosts: ['*'] } });
    expect(lines).toHaveLength(1);
    await agent.stop();
    const token = 'a-secret-of-32-random-characters';
    await start({ host: '0.0.0.0', token, anonymous: { metrics: ['cpu'], tables: [], hosts: ['*'] } });
    expect(agent.url).toMatch(/^http:\/\/localhost:\d+\/$/);
    expect(lines).toEqual([expect.any(String), expect.stringMatching(/^warn .*--anonymous/)]);
    await agent.stop();
    await start({ host: '0.0.0.0', token });
    expect(lines).toHaveLength(1);
  });

  it('logs each sample before clients get it, only at level trace', async () => {
    await start({ logLevel: 'trace' });
    const client = await SocketClient.connect(agent.url, 'metrics-panel.v1');
    await client.next();
    client.send({ action: 'subscribe', metrics: ['cpu'] });
    const { epoch } = JSON.parse(await client.next()) as { epoch: string };
    for (let i = 0; i < 3; i += 1) {
      const { seq, ts } = (await nextSample(client)) as { seq: number; ts: number };
      expect(entries).toContainEqual(expect.objectContaining({ level: 10, msg: 'Sample', epoch, seq, ts }));
    }
    await client.close();
    await agent.stop();
    await start({ logLevel: 'debug' });
    const other = await SocketClient.connect(agent.url);
    other.send(SUBSCRIBE);
    await other.next();
    await other.close();
    expect(lines).toHaveLength(1);
  });
});

describe('the history', () => {
  const folder = mkdtempSync(join(tmpdir(), 'history-'));
  const history = { folder: join(folder, 'history'), days: 14, maxBytes: 100_000_000 };
  const health = async (): Promise<unknown> =>
    JSON.parse((await ask(portOf(agent), '/healthz')).body.toString()) as unknown;
  const metrics = async (): Promise<string[]> => {
    const client = await SocketClient.connect(agent.url, 'metrics-panel.v1');
    const { catalogue } = JSON.parse(await client.next()) as { catalogue: { name: string }[] };
    await client.close();
    return catalogue.map(({ name }) => name).filter((name) => name.startsWith('agent.history.'));
  };

  afterAll(() => rmSync(folder, { recursive: true }));

  it('is kept from the first sample on, in files for their owner alone, and its size and delay are metrics', async () => {
    await start({ history });
    expect(await metrics()).toEqual(['agent.history.size', 'agent.history.behind']);
    const db = join(history.folder, 'history.db');
    await expect.poll(() => existsSync(db)).toBe(true);
    expect([statSync(history.folder).mode & 0o777, statSync(db).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(await health()).toMatchObject({ history: { state: 'ok' } });
    const client = await SocketClient.connect(agent.url, 'metrics-panel.v1');
    await client.next();
    client.send({ action: 'subscribe', metrics: ['agent.history.size', 'agent.history.behind'] });
    await client.next();
    await expect
      .poll(async () => (await nextSample(client))['values'])
      .toEqual([expect.any(Number), expect.any(Number)]);
    await client.close();
    await agent.stop();
    expect(lines).toHaveLength(1);
  });

  it('that cannot be kept is told, and nothing else changes', async () => {
    await start({ history: { ...history, folder: '/proc/history' } });
    await expect.poll(health).toMatchObject({
      status: 'ok',
      history: { state: 'failed', reason: expect.stringContaining('/proc/history') as string },
    });
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^warn No history is kept: \/proc\/history cannot be/),
    ]);
    const client = await SocketClient.connect(agent.url);
    client.send(SUBSCRIBE);
    expect(await client.next()).toContain('"metrics"');
    await client.close();
  });

  it('costs nothing when it is off: no module, no metric, and that is told', async () => {
    vi.doMock('./sinks/history-sink.ts', () => {
      throw new Error('loaded');
    });
    onTestFinished(() => {
      vi.doUnmock('./sinks/history-sink.ts');
    });
    await start();
    expect(await metrics()).toEqual([]);
    expect(await health()).toMatchObject({ history: { state: 'off' } });
    await agent.stop();
    await expect(start({ history })).rejects.toThrow(/error when mocking a module/);
  });
});

describe('alerts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  const alerts = join(folder, 'alerts.yaml');
  const get = async (path: string): Promise<Record<string, unknown>> =>
    JSON.parse((await ask(portOf(agent), path)).body.toString()) as Record<string, unknown>;
  /** Modules that cannot be loaded in this test. */
  const forbid = (...modules: string[]): void => {
    for (const name of modules) {
      vi.doMock(name, () => {
        throw new Error('loaded');
      });
    }
    onTestFinished(() => {
      for (const name of modules) vi.doUnmock(name);
    });
  };

  afterAll(() => rmSync(folder, { recursive: true }));

  it('are evaluated by the shipped rules where there is no alerts.yaml, and load nothing for it nor for telling', async () => {
    forbid('yaml', 'nodemailer', './outbound/guarded-fetch.ts', './alerts/delivery/channels/webhook.ts');
    await start({ alerts, stateFolder: folder });
    await expect.poll(() => get('/alerts')).toMatchObject({ alerts: [], channels: [], mayWrite: true });
    const { rules } = await get('/alerts');
    expect((rules as { name: string }[]).map(({ name }) => name)).toContain('filesystem-full');
    await expect.poll(async () => (await get('/alerts'))['lines']).not.toEqual([]);
    expect((await get('/healthz'))['alerts']).toEqual({ state: 'ok' });
    await agent.stop();
    expect(lines).toHaveLength(1);
  });

  it('cost nothing when they are off: no module, and that is told', async () => {
    forbid('./sinks/alert-sink.ts');
    await start();
    expect(await get('/alerts')).toMatchObject({ code: 'alerts_off' });
    expect((await get('/healthz'))['alerts']).toEqual({ state: 'off' });
    await agent.stop();
    await expect(start({ alerts })).rejects.toThrow(/error when mocking a module/);
  });
});

describe('stopping', () => {
  it('succeeds after a scrape whose code could not be loaded, as after an update of the files', async () => {
    vi.doMock('./exports/prometheus/scrape.ts', () => {
      throw new Error('gone');
    });
    onTestFinished(() => vi.doUnmock('./exports/prometheus/scrape.ts'));
    await start();
    expect((await ask(portOf(agent), '/metrics')).status).toBe(500);
    await agent.stop();
  });

  it('says goodbye, closes with 4201, and stops answering', async () => {
    await start();
    const v1 = await SocketClient.connect(agent.url, 'metrics-panel.v1');
    const plain = await SocketClient.connect(agent.url);
    await v1.next();
    await agent.stop();
    expect(JSON.parse(await v1.next())).toMatchObject({ type: 'goodbye', code: 4201, retryMs: 1000 });
    expect(await v1.closed).toEqual([4201, 'The agent is shutting down']);
    expect(await plain.closed).toEqual([4201, 'The agent is shutting down']);
    await expect(ask(portOf(agent), '/healthz')).rejects.toThrow('ECONNREFUSED');
  });

  it('does not wait long for an unresponsive client', async () => {
    await start();
    const frozen = await SocketClient.connect(agent.url);
    frozen.socket.pause();
    const begunMs = performance.now();
    await agent.stop();
    expect(performance.now() - begunMs).toBeLessThan(1800);
    frozen.socket.terminate();
  });
});

describe('1,000 connects and disconnects', () => {
  it('leave no session, socket or listener behind', async () => {
    const before = listeners();
    await start();
    const visit = async (round: number): Promise<void> => {
      const client = await SocketClient.connect(agent.url, ...(round % 2 === 0 ? ['metrics-panel.v1'] : []));
      client.send({ action: 'subscribe', metrics: ['cpu'] });
      await client.next();
      if (round % 3 === 0) client.socket.terminate();
      else client.socket.close();
      await client.closed;
    };
    for (let round = 0; round < 1000; round += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => visit(round + index)));
    }
    await expect.poll(() => agent.sessionCount()).toBe(0);
    expect((await ask(portOf(agent), '/healthz')).status).toBe(200);
    await agent.stop();
    await expect.poll(sockets).toBe(0);
    expect(listeners()).toBe(before);
  });
});

/** TCP sockets and servers of this process. Timers are counted with a fake clock (sessions/hub.test.ts). */
function sockets(): number {
  return process.getActiveResourcesInfo().filter((type) => type.startsWith('TCP')).length;
}

/** Event listeners on `process`. */
function listeners(): number {
  return process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
}
