import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OutboxRun, settingsOf } from '../../../testing/outbox-run.ts';
import { MINUTE_MS, NOON_MS, sampleAlert } from '../../../testing/sample-alert.ts';
import { selfSigned } from '../../../testing/self-signed.ts';
import type { Alert } from '../../alert.ts';
import type { MailChannel } from '../../alert-settings.ts';
import { DeliveryError } from '../delivery-error.ts';
import { composeMessage, type Message } from '../message.ts';
import { sendMail } from './mail.ts';

let folder: string;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mail-'));
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  await rm(folder, { recursive: true });
});

interface MailServer {
  readonly port: number;
  readonly mails: string[];
  readonly logins: string[];
}

async function startMailServer(options: SMTPServerOptions = {}, port = 0): Promise<MailServer> {
  const mails: string[] = [];
  const logins: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    ...selfSigned('mail'),
    onAuth({ username = '', password: given = '' }, _session, callback) {
      logins.push(`${username}:${given}`);
      if (given === 'right') callback(null, { user: username });
      else callback(new Error('never: hunter2'));
    },
    onData(stream, _session, callback) {
      let mail = '';
      stream.on('data', (chunk: Buffer) => (mail += chunk.toString()));
      stream.on('end', () => {
        mails.push(mail);
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  closing.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return { port: (server.server.address() as AddressInfo).port, mails, logins };
}

function channel(port: number, changes: Partial<MailChannel> = {}): MailChannel {
  return {
    name: 'mail',
    type: 'mail',
    host: '127.0.0.1',
    port,
    security: 'plain',
    user: null,
    password: null,
    from: 'Panel <panel@example.com>',
    to: ['me@example.com', 'you@example.com'],
    ...changes,
  };
}

function messageOf(changes: Partial<Alert> = {}): Message {
  return composeMessage([{ kind: 'fired', alert: sampleAlert(changes), before: 0 }], {
    dashboardUrl: 'https://panel.example/',
    nowMs: NOON_MS,
  });
}

function send(settings: MailChannel, message = messageOf()): Promise<void> {
  return sendMail(settings, message, new AbortController().signal);
}

async function failure(settings: MailChannel): Promise<DeliveryError> {
  const outcome: unknown = await send(settings).catch((error: unknown) => error);
  if (outcome instanceof DeliveryError) return outcome;
  throw new Error('no DeliveryError', { cause: outcome });
}

async function password(text: string): Promise<{ readonly file: string }> {
  const file = join(folder, 'password');
  await writeFile(file, text);
  return { file };
}

describe('a mail', () => {
  it('has a subject, a link, and ids that make one conversation of an alert', async () => {
    const server = await startMailServer();
    await send(channel(server.port));
    const [mail = ''] = server.mails;
    expect(mail).toMatch(/^From: Panel <panel@example\.com>\r$/m);
    expect(mail).toMatch(/^To: me@example\.com, you@example\.com\r$/m);
    expect(mail).toMatch(/^Subject: Disk almost full: \/ on web-1\r$/m);
    expect(mail).toMatch(/^Message-ID: <[\da-f]{32}@example\.com>\r$/m);
    expect(mail).toMatch(/^References: <a1@example\.com>\r$/m);
    expect(mail).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(mail).toContain('web-1: / is 93 % full (over 90 % for 5 min).');
    expect(mail).toContain('https://panel.example/?at=2026-11-30T12:00:00Z');
  });

  it('is sent after a login, with the password of now', async () => {
    const server = await startMailServer({ authOptional: false });
    const settings = channel(server.port, { user: 'me', password: await password('wrong') });
    const { message } = await failure(settings);
    expect(message).toBe(`127.0.0.1:${server.port} refuses the login: check user and password`);
    await password('right\n');
    await send(settings);
    expect(server.logins).toEqual(['me:wrong', 'me:right']);
    expect(server.mails).toHaveLength(1);
  });

  it('with a hostile label has no header of it', async () => {
    const server = await startMailServer();
    const evil = 'x\r\nBcc: evil@example.com\r\n\r\n<b>\u0000\u202E';
    await send(
      channel(server.port),
      messageOf({ id: 'a\r\nX: y', labels: { host: evil, metric: evil, instance: evil } }),
    );
    const [mail = ''] = server.mails;
    expect(mail).not.toMatch(/^(?:Bcc|X):/im);
    expect(mail).not.toMatch(/[\p{Cf}]|(?![\r\n])\p{Cc}/u);
  });

  it.each(['starttls', 'tls'] as const)(
    'does not go to a certificate that nobody signed, by %s',
    async (security) => {
      const server = await startMailServer({ secure: security === 'tls' });
      const { message, isUnreached } = await failure(channel(server.port, { security }));
      expect(message).toMatch(/could not be reached: its certificate is not trusted here$/);
      expect(isUnreached).toBe(false);
      expect(server.mails).toHaveLength(0);
    },
  );

  it('that must be encrypted does not go to a server without encryption', async () => {
    const server = await startMailServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    const { message } = await failure(channel(server.port, { security: 'starttls' }));
    expect(message).toBe(`127.0.0.1:${server.port} offers no encryption`);
    expect(server.mails).toHaveLength(0);
  });

  it('that is refused says so without the words of the server', async () => {
    const server = await startMailServer({
      onRcptTo: (_address, _session, callback) =>
        callback(Object.assign(new Error('hunter2'), { responseCode: 550 })),
    });
    expect((await failure(channel(server.port))).message).toBe(
      `127.0.0.1:${server.port} refuses the mail with 550: check from and to`,
    );
  });

  it('ends at once when it is told to, though the server says nothing', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => {});
      sockets.push(socket);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const stopping = new AbortController();
    const { port } = server.address() as AddressInfo;
    // Nothing else may end it.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const connected = once(server, 'connection');
      const outcome = sendMail(channel(port), messageOf(), stopping.signal).catch((error: unknown) => error);
      await connected;
      const closed = new Promise((resolve) => sockets[0]?.on('close', resolve).resume());
      stopping.abort();
      // By the end, and not by the limits of time.
      expect(await outcome).toMatchObject({ message: `The mail by 127.0.0.1:${port} was ended` });
      await closed;
    } finally {
      vi.useRealTimers();
    }
  });

  it('blames no encryption where none was asked for', async () => {
    const server = createServer((socket) =>
      socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    expect((await failure(channel(port))).message).toBe(
      `127.0.0.1:${port} answers with something that is no SMTP`,
    );
  });

  it('waits for a silent server no longer than ten seconds', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const connected = once(server, 'connection');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const errors: DeliveryError[] = [];
      void failure(channel(port)).then((error) => errors.push(error));
      await connected;
      for (let passedMs = 0; errors.length === 0; passedMs += 5000) {
        expect(passedMs).toBeLessThan(1_000_000);
        vi.advanceTimersByTime(5000);
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
      }
      expect(errors[0]?.message).toBe(`127.0.0.1:${port} did not answer in time`);
      expect(errors[0]?.isUnreached).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it('of an alert goes within two minutes after an hour in which the server was dead', async () => {
    const { port } = await startMailServer();
    await closing.pop()?.();
    const run = new OutboxRun(settingsOf([channel(port)]));
    run.change('fired', sampleAlert());
    // Attempts take real time, so each is waited for.
    const pass = async (untilMs: number): Promise<void> => {
      while (run.clock.now() < untilMs) {
        await run.pass(10_000, 10_000);
        await vi.waitFor(() => expect(run.notifier.isIdle).toBe(true));
      }
    };
    await pass(60 * MINUTE_MS);
    expect(run.notifier.problems.get('mail')).toContain('ECONNREFUSED (nothing listens there)');
    const server = await startMailServer({}, port);
    await pass(62 * MINUTE_MS);
    expect(server.mails).toHaveLength(1);
  });
});

it('nodemailer is loaded by the first mail, and by nothing else', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve(name, context, next) { const r = next(name, context); loaded.push(r.url); return r; } });
    const delivery = '${new URL('..', import.meta.url).href}';
    await import(delivery + 'notifier.ts');
    for (const name of ['webhook', 'ntfy', 'slack', 'discord', 'telegram', 'gotify', 'mail'])
      await import(delivery + 'channels/' + name + '.ts');
    const has = () => loaded.some((url) => url.includes('/nodemailer/'));
    const before = has();
    const { sendTest } = await import(delivery + 'send-test.ts');
    await sendTest(
      { name: 'm', type: 'mail', host: '127.0.0.1', port: 1, security: 'plain', user: null, password: null, from: 'a@b', to: ['c@d'] },
      { dashboardUrl: null, hostLabel: 'h' },
    );
    console.log(before, has());
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(stdout.trim()).toBe('false true');
});
