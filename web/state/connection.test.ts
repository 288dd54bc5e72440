import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import '../elements/metrics-panel/metrics-panel.ts';
import { mount, unmountAll } from '../testing/mount.ts';
import { Access } from './access.ts';
import { Connection } from './connection.ts';

let sockets: WebSocket[] = [];
let sent: string[] = [];
const undo: (() => void)[] = [];

class CountedWebSocket extends WebSocket {
  constructor(...args: ConstructorParameters<typeof WebSocket>) {
    super(...args);
    sockets.push(this);
  }

  override send(text: string): void {
    sent.push(text);
    super.send(text);
  }
}

/** A panel that follows a started connection. */
async function show(src: string, token?: string): Promise<Connection> {
  const connection = new Connection(src);
  connection.token.set(token);
  undo.push(connection.start());
  await mount('metrics-panel', (panel) => {
    panel.src = src;
    undo.push(
      connection.token.follow((value) => {
        panel.token = value;
      }),
    );
  });
  return connection;
}

const stateOf = ({ status }: Connection): string => status.value.state;

beforeEach(() => {
  sockets = [];
  sent = [];
  sessionStorage.clear();
  vi.stubGlobal('WebSocket', CountedWebSocket);
});
afterEach(() => {
  for (const one of undo.splice(0)) one();
  unmountAll();
  vi.unstubAllGlobals();
});

describe('the connection of a page', () => {
  it('is shared with its panels: one socket, the same status, welcome and round trip', async () => {
    const connection = await show(inject('agentUrl'), 'shared');
    await expect.poll(() => stateOf(connection)).toBe('connected');
    expect(connection.welcome.value?.hosts).toHaveLength(1);
    const roundTripMs = await new Promise<number>((resolve) => connection.ping(resolve));
    expect(roundTripMs).toBeGreaterThanOrEqual(0);
    expect(sockets).toHaveLength(1);
  });

  it('takes another token without reconnecting', async () => {
    const connection = await show(inject('agentUrl'), 'first');
    await expect.poll(() => stateOf(connection)).toBe('connected');
    const states: string[] = [];
    undo.push(connection.status.onChange(({ state }) => states.push(state)));
    connection.token.set('second');
    await expect.poll(() => sent.filter((text) => text.includes('second')).length).toBe(1);
    let answers = 0;
    await expect
      .poll(() => {
        connection.ping(() => (answers += 1));
        return answers;
      })
      .toBeGreaterThan(0);
    expect([sockets.length, states]).toEqual([1, []]);
  });

  it('reports nothing after it is stopped', async () => {
    const connection = await show(inject('agentUrl'), 'stopped');
    await expect.poll(() => stateOf(connection)).toBe('connected');
    for (const one of undo.splice(0)) one();
    sockets[0]?.close();
    await expect.poll(() => sockets.length).toBe(2);
    expect(stateOf(connection)).toBe('connected');
  });
});

describe('the access of a page', () => {
  it('asks for a token, again after a wrong one, and keeps the good one for this tab', async () => {
    const connection = await show(inject('guardedAgentUrl'));
    const access = new Access(connection);
    undo.push(access.start());
    await expect.poll(() => access.request.value).toEqual({ refusal: '', untilMs: 0 });
    access.give('wrong');
    await expect.poll(() => access.request.value?.refusal).not.toBe('');
    expect(Object.values(sessionStorage)).not.toContain('wrong');
    access.give('secret');
    await expect.poll(() => access.request.value).toBeNull();
    expect(stateOf(connection)).toBe('connected');
    expect(Object.values(sessionStorage)).toContain('secret');
  });

  it('takes the token from the fragment, also of a later link, and removes it from the address', async () => {
    const connection = await show(inject('guardedAgentUrl'));
    const access = new Access(connection);
    undo.push(access.start());
    location.hash = 'token=secret';
    await expect.poll(() => stateOf(connection)).toBe('connected');
    expect(location.hash).toBe('');
  });
});
