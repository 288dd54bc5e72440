import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startReceiver, type Receiver } from '../../../testing/receiver.ts';
import { sampleAlert } from '../../../testing/sample-alert.ts';
import { selfSigned } from '../../../testing/self-signed.ts';
import type { ChannelSettings, Template, WebhookChannel } from '../../alert-settings.ts';
import { DeliveryError } from '../delivery-error.ts';
import { composeMessage, type Message } from '../message.ts';
import { sendMessage } from '../send-message.ts';
import { sendTest } from '../send-test.ts';

const NOW_MS = Date.UTC(2026, 10, 30, 12, 1);
const EVIL =
  '<!channel> @everyone <@1> & *b* _i_ `c` [x](https://evil.example) {{text}}\r\nBcc: x@y\u0000"\u202E';

let folder: string;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'channels-'));
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  await rm(folder, { recursive: true });
});

async function secret(text: string): Promise<{ readonly file: string }> {
  const file = join(folder, `secret-${Math.random()}`);
  await writeFile(file, text);
  return { file };
}

async function receiver(answer?: (response: ServerResponse) => void): Promise<Receiver> {
  const started = await startReceiver(answer);
  closing.push(() => started.close());
  return started;
}

function messageOf(label?: string): Message {
  const labels = label === undefined ? {} : { labels: { host: label, metric: label, instance: label } };
  const telling = { kind: 'fired', alert: sampleAlert(labels), before: 0 } as const;
  return composeMessage([telling], { dashboardUrl: 'https://panel.example/x/', nowMs: NOW_MS });
}

function send(settings: ChannelSettings, message: Message = messageOf()): Promise<void> {
  return sendMessage(settings, message, new AbortController().signal);
}

async function failure(settings: ChannelSettings): Promise<DeliveryError> {
  const outcome: unknown = await send(settings).catch((error: unknown) => error);
  if (outcome instanceof DeliveryError) return outcome;
  throw new Error('no DeliveryError', { cause: outcome });
}

function hook(url: string, changes: Partial<WebhookChannel> = {}): WebhookChannel {
  const usual = { method: 'POST', headers: {}, secretHeaders: {}, body: null } as const;
  return { name: 'hook', type: 'webhook', address: { url }, ...usual, ...changes };
}

function jsonOf({ requests }: Receiver): unknown {
  return JSON.parse(String(requests[0]?.body));
}

const TITLE = 'Disk almost full: / on web-1';
const TEXT = 'web-1: / is 93 % full (over 90 % for 5 min).';
const LINK = 'https://panel.example/x/?at=2026-11-30T12:00:00Z';

describe('a message goes to', () => {
  it('ntfy as JSON that names the topic', async () => {
    const server = await receiver();
    const token = await secret(' tk_1\n');
    await send({ name: 'phone', type: 'ntfy', address: { url: `${server.url}/my%20topic` }, token });
    expect(server.requests[0]).toMatchObject({ path: '/', headers: { authorization: 'Bearer tk_1' } });
    expect(jsonOf(server)).toEqual({
      topic: 'my topic',
      title: TITLE,
      message: TEXT,
      priority: 4,
      tags: ['rotating_light'],
      click: LINK,
    });
  });

  it('Slack at an address that is a secret, as text', async () => {
    const server = await receiver();
    const address = await secret(`${server.url}/services/T/B/x\n`);
    await send({ name: 'team', type: 'slack', address });
    expect(server.requests[0]?.path).toBe('/services/T/B/x');
    expect(jsonOf(server)).toMatchObject({
      text: `${TITLE}\n${TEXT}\n<${LINK}|Open the dashboard>`,
      mrkdwn: false,
    });
  });

  it('Discord as an embed that calls nobody', async () => {
    const server = await receiver();
    await send({ name: 'team', type: 'discord', address: { url: `${server.url}/api/webhooks/1/x` } });
    expect(jsonOf(server)).toMatchObject({
      embeds: [{ url: LINK, description: String.raw`web\-1\: / is 93 % full \(over 90 % for 5 min\).` }],
      allowed_mentions: { parse: [] },
    });
  });

  it('Telegram with the token in its address, and no parse mode', async () => {
    const server = await receiver();
    const token = await secret('123:abc');
    await send({ name: 'tg', type: 'telegram', token, chat: '-1001', server: `${server.url}/` });
    expect(server.requests[0]?.path).toBe('/bot123:abc/sendMessage');
    expect(jsonOf(server)).toEqual({
      chat_id: '-1001',
      text: `${TITLE}\n${TEXT}\n${LINK}`,
      entities: [{ type: 'bold', offset: 0, length: TITLE.length }],
      link_preview_options: { is_disabled: true },
    });
  });

  it('Gotify with its key', async () => {
    const server = await receiver();
    const token = await secret('app-key');
    await send({ name: 'gotify', type: 'gotify', address: { url: `${server.url}/g/` }, token });
    expect(server.requests[0]).toMatchObject({ path: '/g/message', headers: { 'x-gotify-key': 'app-key' } });
    expect(jsonOf(server)).toMatchObject({ title: TITLE, message: TEXT, priority: 8 });
  });

  it('a webhook as JSON with every field', async () => {
    const server = await receiver();
    await send(hook(`${server.url}/in`));
    expect(server.requests[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(server.requests[0]?.headers['idempotency-key']).toMatch(/^[\da-f]{32}$/);
    expect(jsonOf(server)).toMatchObject({
      title: TITLE,
      text: TEXT,
      state: 'firing',
      severity: 'trouble',
      host: 'web-1',
      rule: 'filesystem-full',
      metric: 'filesystem.root.used',
      value: 93.2,
      threshold: 90,
      unit: 'percent',
      since: '2026-11-30T12:00:00.000Z',
      ended: null,
      duration: '1 min',
      id: 'a1',
      url: LINK,
      count: 1,
      alerts: [{ id: 'a1' }],
    });
  });

  it('a webhook as its template says, with secrets in headers', async () => {
    const server = await receiver();
    process.env['CHANNEL_TEST_KEY'] = ' s3cret ';
    const body = {
      say: '{{title}}!',
      value: '{{ value }}',
      metric: '{{metric}}',
      list: ['{{alerts}}'],
      n: 3,
      u: '{{unknown}}',
    };
    await send(
      hook(server.url, {
        method: 'PUT',
        headers: { 'X-Host': '{{host}}' },
        secretHeaders: { Authorization: { env: 'CHANNEL_TEST_KEY' } },
        body,
      }),
    );
    delete process.env['CHANNEL_TEST_KEY'];
    expect(server.requests[0]).toMatchObject({
      method: 'PUT',
      headers: { 'x-host': 'web-1', authorization: 's3cret' },
    });
    expect(jsonOf(server)).toMatchObject({
      say: `${TITLE}!`,
      value: 93.2,
      metric: 'filesystem.root.used',
      list: [[{ id: 'a1' }]],
      n: 3,
      u: '{{unknown}}',
    });
  });
});

describe('a hostile label', () => {
  it('is text in JSON, whatever the template, and no template itself', async () => {
    const server = await receiver();
    const body = '{"text": "{{title}}", "__proto__": {"x": 1}}';
    await send(hook(server.url, { headers: { 'Content-Type': 'application/json' }, body }), messageOf(EVIL));
    await send(
      hook(server.url, { body: JSON.parse('{"__proto__": "{{host}}"}') as Template }),
      messageOf(EVIL),
    );
    expect(jsonOf(server)).toMatchObject({
      text: expect.stringContaining('{{text}} Bcc: x@y " on <!channel>') as string,
    });
    expect(String(server.requests[1]?.body)).toMatch(/^\{"__proto__":"<!channel>/);
  });

  it.each([
    ['application/x-www-form-urlencoded', 'text={{host}}', /^text=%3C!channel%3E[^&= ]*$/],
    ['text/html', '<p title="{{host}}">', /^<p title="&lt;!channel&gt; [^<>"]*">$/],
    ['text/plain', '{{host}}', /^<!channel> @everyone/],
  ])('stays text in %s', async (contentType, body, expected) => {
    const server = await receiver();
    await send(hook(server.url, { headers: { 'Content-Type': contentType }, body }), messageOf(EVIL));
    expect(String(server.requests[0]?.body)).toMatch(expected);
  });

  it('ends no header', async () => {
    const server = await receiver();
    await send(
      hook(server.url, { headers: { 'X-Title': '{{title}}', 'X-Text': 'ä€😀\r\nX-Evil: 1' } }),
      messageOf(EVIL),
    );
    const headers = server.requests[0]?.headers ?? {};
    expect(headers['x-evil']).toBeUndefined();
    expect(headers['bcc']).toBeUndefined();
    expect(headers['x-title']).toContain('Disk almost full');
    expect(headers['x-text']).toBe('ä?? X-Evil: 1');
  });

  it('is no markup and calls nobody', async () => {
    const server = await receiver();
    const address = { url: `${server.url}/x` };
    await send({ name: 's', type: 'slack', address }, messageOf(EVIL));
    await send({ name: 'd', type: 'discord', address }, messageOf(EVIL));
    const [slack = '', discord = ''] = server.requests.map(({ body }) => String(body));
    const { text } = JSON.parse(slack) as { text: string };
    expect(text.replace(`<${LINK}|Open the dashboard>`, '')).not.toMatch(/[<>]|@(?!\u200B)/);
    const { embeds } = JSON.parse(discord) as { embeds: [{ title: string; description: string }] };
    for (const written of [embeds[0].title, embeds[0].description])
      expect(written.replaceAll(/\\./g, '')).not.toMatch(/[*_~`|>#[\]()<@]/);
    expect(embeds[0].title.length).toBeLessThanOrEqual(256);
  });
});

describe('a receiver', () => {
  it('that answers with an error is named with its status, and not what it says', async () => {
    const server = await receiver((response) => response.writeHead(404).end('no such token: hunter2'));
    const error = await failure(hook(`${server.url}/hunter2`));
    expect(error.message).toBe(`127.0.0.1:${server.port} answered 404: check its address`);
    expect(error.isUnreached).toBe(false);
  });

  it('that asks for time gets it', async () => {
    const server = await receiver((response) => response.writeHead(429, { 'retry-after': '120' }).end());
    expect((await failure(hook(server.url))).retryAfterMs).toBe(120_000);
  });

  it('that moved is not followed', async () => {
    const other = await receiver();
    const server = await receiver((response) =>
      response.writeHead(308, { location: `${other.url}/x` }).end(),
    );
    expect((await failure(hook(server.url))).message).toContain(`has moved to ${other.url}`);
    expect(other.requests).toHaveLength(0);
  });

  it('that is not there was not reached', async () => {
    const { url, port, close } = await startReceiver();
    await close();
    const error = await failure(hook(`${url}/hunter2`));
    expect(error.isUnreached).toBe(true);
    expect(error.message).toBe(
      `127.0.0.1:${port} could not be reached: ECONNREFUSED (nothing listens there)`,
    );
    const unknown = await failure(hook('http://nowhere.invalid/hunter2'));
    expect(unknown.isUnreached).toBe(true);
    expect(unknown.message).toMatch(
      /^nowhere\.invalid could not be reached: E\w+ \(the name was not found\)$/,
    );
  });

  it('with a certificate that nobody signed is not trusted', async () => {
    const server = createTlsServer(selfSigned('receiver'), (_request, response) => response.end());
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    expect((await failure(hook(`https://127.0.0.1:${port}/`))).message).toBe(
      `127.0.0.1:${port} could not be reached: DEPTH_ZERO_SELF_SIGNED_CERT (its certificate is not trusted here)`,
    );
    const plain = await receiver();
    expect((await failure(hook(plain.url.replace('http:', 'https:')))).message).toContain('speaks no TLS');
  });

  it('that breaks off has not taken the message, unless it said so', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end('HTTP/1.1 20'));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    expect((await failure(hook(`http://127.0.0.1:${port}/`))).isUnreached).toBe(false);
    const breaking = await receiver((response) => {
      response.writeHead(200, { 'content-length': 100 }).write('b', () => response.destroy());
    });
    await send(hook(breaking.url));
  });

  it('that answers without end has taken the message', async () => {
    const server = await receiver((response) => {
      const more = (): void => {
        if (response.write('x'.repeat(10_000))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    await send(hook(server.url));
    expect(server.requests).toHaveLength(1);
  });
});

describe('a secret', () => {
  const channel = (token: { file: string } | { env: string }): ChannelSettings => ({
    name: 'phone',
    type: 'ntfy',
    address: { url: 'http://127.0.0.1:9/topic' },
    token,
  });

  it.each([
    ['', /its token is missing: the file secret-\S+ is empty$/],
    ['x'.repeat(5000), /its token is longer than 4 kB: see the file [^?]*$/],
    ['hunter2\nX-Evil: 1', /its token has more than one line/],
  ])('%j is refused', async (text, expected) => {
    const { message } = await failure(channel(await secret(text)));
    expect(message).toMatch(expected);
    expect(message).not.toContain('hunter2');
  });

  it('that is not there is named', async () => {
    expect((await failure(channel({ file: join(folder, 'none') }))).message).toBe(
      'its token is missing: the file none cannot be read (ENOENT)',
    );
    expect((await failure(channel({ env: 'CHANNEL_TEST_NONE' }))).message).toBe(
      'its token is missing: the variable CHANNEL_TEST_NONE is not set',
    );
  });
});

it('an ntfy address without a topic is an error that says so', async () => {
  const error = await failure({
    name: 'p',
    type: 'ntfy',
    address: { url: 'https://ntfy.example/' },
    token: null,
  });
  expect(error.message).toContain('has no topic at its end');
});

it('a test says what it is, and what went wrong without a secret', async () => {
  const server = await receiver();
  const options = { dashboardUrl: null, hostLabel: 'web-1\r\n' };
  expect(await sendTest(hook(`${server.url}/hunter2`), options)).toBeNull();
  expect(jsonOf(server)).toMatchObject({ state: 'test', text: 'Alerts of web-1 come this way.' });
  await server.close();
  expect(await sendTest(hook(`${server.url}/hunter2`), options)).toBe(
    `hook: 127.0.0.1:${server.port} could not be reached: ECONNREFUSED (nothing listens there).`,
  );
  expect(await sendTest(hook('hunter2'), options)).not.toContain('hunter2');
});
