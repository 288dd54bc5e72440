import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startAgent, type Agent } from '../agent.ts';
import { createToken } from './signed-tokens.ts';
import { StateFolder } from './state-folder.ts';
import { TokenStore } from './token-store.ts';
import { DEFAULTS } from '../config.ts';
import { capturedLog } from '../testing/captured-log.ts';

const PAGE = 'https://a.example';
const OTHER_PAGE = 'https://b.example';
const SENTENCE = `The token is good, but not on pages of ${OTHER_PAGE}: make one for them (npm start -- token create --metrics "cpu,memory" --origins ${OTHER_PAGE})`;
const TOLD = { type: 'auth_error', error: SENTENCE, code: 'token_of_other_origin' };

let folder: string;
let agent: Agent;
let lines: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  const captured = capturedLog('warn');
  ({ lines } = captured);
  agent = await startAgent(
    { ...DEFAULTS, port: 0, token: 'a-secret-of-32-random-characters', stateFolder: folder },
    captured.log,
  );
});
afterEach(async () => {
  await agent.stop();
  rmSync(folder, { recursive: true });
});

async function makeToken(...origins: string[]): Promise<string> {
  const { token } = await createToken(new TokenStore(new StateFolder(folder)), {
    label: '',
    metrics: ['cpu'],
    tables: [],
    hosts: ['*'],
    origins,
    expiresAtMs: null,
  });
  return token;
}

async function poll(token: string, origin?: string): Promise<Response> {
  return fetch(`${agent.url}metrics/poll`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, ...(origin === undefined ? {} : { Origin: origin }) },
    body: '{"subscriptions":[{"metrics":["cpu"]}]}',
  });
}

describe('a good token on a page of an origin that only another token allows', () => {
  it('gets its own error, never counts as a wrong token, and is logged once', async () => {
    const token = await makeToken(PAGE);
    const other = await makeToken(OTHER_PAGE);
    for (let i = 0; i < 12; i += 1) {
      const answer = await poll(token, OTHER_PAGE);
      expect([answer.status, await answer.json()]).toEqual([401, TOLD]);
      // Readable by the page.
      expect(answer.headers.get('access-control-allow-origin')).toBe(OTHER_PAGE);
    }
    expect((await poll(other, OTHER_PAGE)).status).toBe(200);
    expect((await poll(token, PAGE)).status).toBe(200);
    expect(lines).toEqual([`warn ${SENTENCE}`]);
    expect(lines.join()).not.toContain(PAGE);
  });

  it('gets the same error over a WebSocket, and close code 4000', async () => {
    const token = await makeToken(PAGE);
    await makeToken(OTHER_PAGE);
    const socket = new WebSocket(`${agent.url.replace('http', 'ws')}metrics`, 'metrics-panel.v1', {
      headers: { Origin: OTHER_PAGE },
    });
    const messages: unknown[] = [];
    socket.on('message', (frame: Buffer) => messages.push(JSON.parse(frame.toString())));
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'auth', token }));
    expect((await once(socket, 'close'))[0]).toBe(4000);
    expect(messages).toEqual([TOLD]);
  });

  it('gets the same error in a program, which has no origin', async () => {
    const token = await makeToken(PAGE);
    for (let i = 0; i < 6; i += 1) {
      expect(await (await poll(token)).json()).toMatchObject({
        error: expect.stringMatching(/web pages alone.*without --origins/) as unknown,
        code: 'token_of_other_origin',
      });
    }
    expect((await poll(await makeToken())).status).toBe(200);
  });

  it('counts as a wrong token once it is revoked', async () => {
    const store = new TokenStore(new StateFolder(folder));
    const token = await makeToken(PAGE);
    await makeToken(OTHER_PAGE);
    const record = (await store.list()).find(({ origins }) => origins.includes(PAGE));
    await store.remove(record?.id ?? '');
    const answers = [];
    for (let i = 0; i < 6; i += 1) answers.push((await poll(token, OTHER_PAGE)).status);
    expect(answers).toEqual([401, 401, 401, 401, 401, 429]);
  });
});
