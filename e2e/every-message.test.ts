import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  connectLongPoll,
  connectSse,
  type LiveClient,
  type LiveConnect,
} from '../agent/testing/live-clients.ts';
import { SocketClient } from '../agent/testing/socket-client.ts';
import { isRecord } from '../shared/protocol/wire-json.ts';
import { PING, SUBPROTOCOL, type ClientRequest } from '../shared/protocol/messages.ts';
import { OF_CLIENT, OF_SERVER } from '../tools/lib/asyncapi/messages.ts';
import { startAgent, type AgentProcess } from './agent-process.ts';

/*
 * Every message, exchanged with a running agent. That the AsyncAPI document describes each of them, field by field, is compared by e2e/contract-tap.ts for WebSockets, and by
 * agent/testing/live-clients.ts for the other transports.
 */

const SECRET = 'a-secret-of-the-test';
/** Holds on every machine. */
const RULES = 'defaults: off\nrules:\n  busy: { metric: memory, above: 0, clear: 0 }\n';
const TYPES = new Set<string>(OF_SERVER.map(({ wireName }) => wireName));
const LOST = { epoch: 'another', seq: 7, ts: 1 };
const SUBSCRIPTIONS = [
  { sub: 'all', metrics: ['*'], tables: ['processes'], alerts: true, backfill: 3 },
  { sub: 'lost', metrics: ['cpu'], intervalMs: 500, since: LOST },
  { sub: 'hosts', hosts: ['*'] },
];

let state: string;
let agent: AgentProcess;

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'every-message-'));
  writeFileSync(join(state, 'alerts.yaml'), RULES);
  agent = await startAgent({
    args: ['--interval', '250'],
    env: { METRICS_PANEL_STATE: state, METRICS_PANEL_TOKEN: SECRET },
  });
});
afterEach(async () => {
  await agent.kill('SIGKILL');
  rmSync(state, { recursive: true, force: true });
});

/** A socket that knows which messages it has sent and received, batches unpacked. */
class Talk {
  readonly sent = new Set<string>();
  readonly heard = new Set<string>();
  readonly #client: SocketClient;

  private constructor(client: SocketClient) {
    this.#client = client;
  }

  static async open(...protocols: string[]): Promise<Talk> {
    return new Talk(await SocketClient.connect(agent.url, ...protocols));
  }

  say(message: ClientRequest | typeof PING): void {
    this.sent.add(
      typeof message === 'string' ? message : 'action' in message ? message.action : message.type,
    );
    this.#client.send(message);
  }

  /** Reads until each of these has come since the last call. */
  async hear(...types: readonly string[]): Promise<void> {
    const missing = new Set(types);
    while (missing.size > 0) {
      const frame = await this.#client.next();
      for (const type of typesIn(/^p[io]ng$/.test(frame) ? frame : JSON.parse(frame))) {
        this.heard.add(type);
        missing.delete(type);
      }
    }
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}

function typesIn(message: unknown): string[] {
  if (!isRecord(message)) return [String(message)];
  const { type, messages } = message;
  return [
    typeof type === 'string' ? type : (Object.keys(message)[0] ?? ''),
    ...(Array.isArray(messages) ? messages.flatMap(typesIn) : []),
  ];
}

async function limitedToken(): Promise<string> {
  const answer = await fetch(`${agent.url}tokens`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${SECRET}` },
    // Expires soon, so that it is told at once.
    body: '{"metrics":["cpu"],"expiresInS":50}',
  });
  const made: unknown = await answer.json();
  return isRecord(made) ? String(made['token']) : '';
}

describe('the AsyncAPI document describes', () => {
  it.each(['metrics-panel.v1', 'metrics-panel.v1.msgpack'])(
    'every message that a client of %s and a running agent exchange',
    async (protocol) => {
      const idle = await Talk.open(protocol);
      idle.say({ type: 'auth', token: SECRET });
      const wrong = await Talk.open(protocol);
      wrong.say({ type: 'auth', token: 'wrong' });
      await wrong.hear('auth_error');

      const talk = await Talk.open(protocol);
      talk.say({ type: 'auth', token: await limitedToken() });
      await talk.hear('auth_success', 'welcome');
      talk.say({ action: 'subscribe', metrics: ['cpu'], backfill: 3, id: 1 });
      await talk.hear('subscribed', 'batch', 'metrics', 'auth_expiring');
      talk.say({ type: 'auth', token: SECRET });
      await talk.hear('auth_success', 'host');
      const messages = SUBSCRIPTIONS.map((fields) => ({ action: 'subscribe', ...fields }));
      talk.say({ type: 'batch', messages });
      await talk.hear('table', 'alert', 'gap', 'hosts');
      talk.say({ action: 'subscribe', sub: 'compact', metrics: ['cpu'], compact: true, batchMs: 500 });
      // Over MessagePack, all samples are compact, and read as these.
      await talk.hear(protocol === SUBPROTOCOL ? 'm' : 'batch');
      const range = { from: Date.now() - 3_600_000, to: Date.now() + 1000, points: 20 };
      // The history is opened after the first sample.
      for (let id = 1; !talk.heard.has('history'); id += 1) {
        talk.say({ action: 'history', metrics: ['cpu'], tables: ['processes'], ...range, id: `h${id}` });
        await talk.hear('metrics');
      }
      talk.say({ action: 'cancel', id: 'h1' });
      talk.say({ action: 'unsubscribe', sub: 'all', id: 2 });
      talk.say({ action: 'hello', v: 1, id: 3 });
      talk.say({ action: 'subscribe', metrics: ['nothing'], id: 4 });
      talk.say('ping');
      await talk.hear('cancelled', 'unsubscribed', 'welcome', 'error', 'pong');

      if (protocol === SUBPROTOCOL) await idle.hear('heartbeat');
      await agent.kill();
      await talk.hear('goodbye');
      await Promise.all([talk, idle, wrong].map((open) => open.close()));
      const heard = new Set([...talk.heard, ...idle.heard, ...wrong.heard]);
      // Waiting for silence once is enough.
      if (protocol !== SUBPROTOCOL) heard.add('m').add('heartbeat');
      expect(heard).toEqual(new Set([...TYPES, 'pong']));
      expect(talk.sent).toEqual(new Set([...OF_CLIENT.map(({ wireName }) => wireName), PING]));
    },
  );

  it('every message of the plain profile', async () => {
    const talk = await Talk.open();
    talk.say({ action: 'subscribe', metrics: ['cpu'] });
    await talk.hear('error');
    talk.say({ type: 'auth', token: SECRET });
    talk.say({ type: 'batch', messages: [{ action: 'subscribe', metrics: ['cpu', 'memory.*'] }] });
    talk.say('ping');
    await talk.hear('auth_success', 'metrics', 'pong');
    talk.say({ action: 'hello', v: 1 });
    await talk.hear('welcome');
    talk.say({ action: 'subscribe', metrics: ['cpu'], id: 1 });
    await talk.hear('subscribed', 'metrics');
    await talk.close();
    expect(talk.heard).toContain('welcome');
  });

  it.each<[string, LiveConnect]>([
    ['server-sent events', connectSse],
    ['long polling', connectLongPoll],
  ])('what comes over %s', async (_name, connect) => {
    const hear = async (client: LiveClient, ...types: readonly string[]): Promise<void> => {
      const heard = new Set<string>();
      while (!types.every((type) => heard.has(type))) heard.add((await client.next()).type);
      await client.close();
      for (const type of heard) expect(TYPES).toContain(type);
    };
    const token = SECRET;
    const all = await connect(agent.url, { subscriptions: SUBSCRIPTIONS, token });
    await hear(all, 'welcome', 'subscribed', 'metrics', 'table', 'alert', 'gap', 'hosts');
    const refused = await connect(agent.url, { subscriptions: [{ metrics: ['nothing'] }], token });
    await hear(refused, 'error');
    await hear(
      await connect(agent.url, { subscriptions: [{ metrics: ['cpu'] }], token: 'wrong' }),
      'auth_error',
    );
  });
});
