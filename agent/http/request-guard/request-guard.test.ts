import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ask, HANDSHAKE } from '../../testing/http-request.ts';
import { LiveServer, type LiveServerOptions } from '../../testing/live-server.ts';
import { HANDSHAKE_LINES, head, sendRaw, type RawAnswer } from '../../testing/raw-request.ts';
import { SocketClient } from '../../testing/socket-client.ts';
import { TOKEN } from '../../testing/test-hub.ts';

const STREAM = `/metrics/sse?${new URLSearchParams({ subscriptions: '[{"metrics":["cpu"]}]' }).toString()}`;
/** Every route to a value. */
const ROUTES = ['/metrics', '/metrics/sse', '/metrics/poll', '/healthz', '/nowhere', '/'];
const FOREIGN = 'https://evil.example';

let server: LiveServer;
const open: { destroy(): void }[] = [];

const start = async (options: LiveServerOptions = {}): Promise<void> => {
  server = await new LiveServer(options).start();
};

beforeEach(async () => start());

afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await server.assertAlive();
  await server.stop();
});

const restart = async (options: LiveServerOptions): Promise<void> => {
  await server.stop();
  await start(options);
};

const host = (): string => `127.0.0.1:${server.port}`;
/** The preflight for a page that sends a token. */
const preflight = (origin: string) => ({
  method: 'OPTIONS',
  headers: {
    Origin: origin,
    'Access-Control-Request-Method': 'GET',
    'Access-Control-Request-Headers': 'authorization',
  },
});
/** A handshake with additional headers. */
const upgrade = (...lines: string[]): Promise<RawAnswer> =>
  sendRaw(server.port, head('/metrics', [`Host: ${host()}`, ...HANDSHAKE_LINES, ...lines]));

/** Opens a stream, and settles when its answer has begun. */
async function openStream(headers: readonly string[] = []): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  open.push(socket);
  socket.write(head(STREAM, [`Host: ${host()}`, ...headers]));
  await once(socket, 'data');
  return socket;
}

describe('two Host headers', () => {
  it.each(ROUTES)('are refused with 400 at %s', async (path) => {
    const hosts = [`Host: ${host()}`, 'Host: evil.example', 'Connection: close'];
    expect((await sendRaw(server.port, head(path, hosts))).status).toBe(400);
    expect((await sendRaw(server.port, head(path, hosts.toReversed()))).status).toBe(400);
  });

  it('are refused with 400 before an upgrade', async () => {
    const { status, text } = await upgrade('Host: evil.example');
    expect(status).toBe(400);
    expect(text).toContain('one Host header, and this one has 2');
    expect(server.hub.sessionCount).toBe(0);
  });

  it('are refused like a missing one', async () => {
    expect((await sendRaw(server.port, 'GET /healthz HTTP/1.0\r\n\r\n')).status).toBe(400);
  });
});

describe('a Host that is not allowed (DNS rebinding)', () => {
  it.each(ROUTES)('is refused with 421 at %s, with the setting that would allow it', async (path) => {
    const { status, body, headers } = await ask(server.port, path, {
      headers: { Host: 'evil.example:8080' },
    });
    expect(status).toBe(421);
    expect(body.toString()).toContain('--allow-host evil.example');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('is refused with 421 before an upgrade', async () => {
    const headers = { ...HANDSHAKE, Host: 'evil.example', Origin: 'http://evil.example' };
    expect((await ask(server.port, '/metrics', { headers })).status).toBe(421);
    expect(server.hub.sessionCount).toBe(0);
  });

  it.each(['localhost', 'a.localhost:1', '[::1]:2', '192.0.2.1', 'metrics.example', 'a.below.example'])(
    '%s is allowed',
    async (name) => {
      await restart({ allowHosts: ['metrics.example', '*.below.example'] });
      expect((await ask(server.port, '/healthz', { headers: { Host: name } })).status).toBe(200);
    },
  );

  it('is logged once, without the requested address', async () => {
    for (let i = 0; i < 3; i += 1) {
      await ask(server.port, '/healthz?secret=1', { headers: { Host: 'evil.example' } });
    }
    expect(server.log.lines).toEqual([expect.stringMatching(/^warn .*evil\.example.*--allow-host/)]);
    expect(JSON.stringify(server.log.entries)).not.toContain('secret');
  });

  it('that is malformed is refused with 400', async () => {
    for (const bad of ['a@b', 'a/b', '', 'a,b']) {
      expect((await sendRaw(server.port, head('/healthz', [`Host: ${bad}`]))).status).toBe(400);
    }
  });
});

describe('an Origin', () => {
  it.each([
    ['another', FOREIGN],
    ['null', 'null'],
    ['of a file', 'file://'],
    ['a homograph', 'http://127.0.0.1\u00b7'],
    ['a suffix trick', 'https://good.example.evil.example'],
    ['a prefix trick', 'https://evil-good.example'],
    ['of another port', 'http://127.0.0.1:1'],
    ['of another scheme', 'http://good.example'],
    ['a list', `https://good.example, ${FOREIGN}`],
    ['in other letters', 'https://GOOD.example'],
    ['empty', ''],
  ])('%s (%s) is refused with 403 before an upgrade and at every route', async (_what, origin) => {
    await restart({ allowOrigins: ['https://good.example'] });
    expect((await upgrade(`Origin: ${origin}`)).status).toBe(403);
    for (const path of ROUTES) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const lines = [`Host: ${host()}`, `Origin: ${origin}`];
        const { status, text } = await sendRaw(server.port, head(path, lines, method));
        expect(status).toBe(403);
        expect(text).toContain('--allow-origin');
      }
    }
    expect(server.hub.sessionCount).toBe(0);
  });

  it.each(['/metrics', '/metrics/sse', '/metrics/poll'])(
    'that is refused at %s may read only which setting would allow it',
    async (path) => {
      for (const origin of [FOREIGN, 'null']) {
        // OPTIONS without a preflight header.
        for (const method of ['GET', 'POST', 'OPTIONS']) {
          const { status, headers, body } = await ask(server.port, path, {
            method,
            headers: { Origin: origin },
          });
          expect(status).toBe(403);
          expect(headers).toMatchObject({
            'access-control-allow-origin': origin,
            vary: 'Origin',
            'cache-control': 'no-store',
            'content-type': 'application/json',
          });
          expect(headers).not.toHaveProperty('access-control-allow-credentials');
          expect(JSON.parse(body.toString())).toEqual({
            error: expect.stringContaining('--allow-origin') as unknown,
            code: 'origin_not_allowed',
          });
        }
      }
    },
  );

  it.each(['/', '/healthz', '/tokens', '/metricsX', '/metrics/'])(
    'that is refused at %s may neither read the answer nor send a token',
    async (path) => {
      for (const options of [{ headers: { Origin: FOREIGN } }, preflight(FOREIGN)]) {
        const { status, headers } = await ask(server.port, path, options);
        expect(status).toBe(403);
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    },
  );

  it('is refused with a hint at tokens only if the agent requires them', async () => {
    const sentence = async (): Promise<string> =>
      (await ask(server.port, '/metrics', { headers: { Origin: FOREIGN } })).body.toString();
    expect(await sentence()).not.toContain('token create');
    await restart({ requiresToken: true });
    expect(await sentence()).toMatch(
      /npm start -- token create --metrics .* --origins https:\/\/evil\.example\).*--allow-origin https:\/\/evil\.example/,
    );
  });

  it("is refused with a hint at the proxy's Host header if the browser says same-origin", async () => {
    const origin = 'http://metrics.example';
    await upgrade(`Origin: ${origin}`);
    for (let i = 0; i < 2; i += 1) {
      await ask(server.port, STREAM, { headers: { Origin: origin, 'Sec-Fetch-Site': 'same-origin' } });
    }
    expect(server.log.lines).toEqual([
      expect.stringMatching(/^warn Pages of .*proxy_set_header Host \$http_host\)\.$/),
      expect.stringMatching(/^warn This page is of .* but the agent was asked as 127\.0\.0\.1:\d+: let the/),
    ]);
    expect(server.log.lines.join()).not.toContain('--trusted-proxy');
  });

  it('that no browser sends is not echoed', async () => {
    for (const origin of ['https://a.example, https://b.example', '*', 'https://é.example', '']) {
      const { text } = await sendRaw(server.port, head('/metrics', [`Host: ${host()}`, `Origin: ${origin}`]));
      expect(text).toMatch(/^HTTP\/1\.1 403 /);
      expect(text.toLowerCase()).not.toContain('access-control');
    }
  });

  it('sent twice is refused with 403', async () => {
    const twice = [`Origin: http://${host()}`, `Origin: http://${host()}`];
    expect((await upgrade(...twice)).status).toBe(403);
    const { status, text } = await sendRaw(server.port, head('/embed/x.js', [`Host: ${host()}`, ...twice]));
    expect([status, text]).toEqual([403, expect.stringContaining('one Origin header')]);
  });

  it.each([
    ['none', []],
    ["the agent's own", ['Origin: http://HOST']],
    ['one that is allowed', ['Origin: https://good.example']],
  ])('passes when it is %s', async (_what, lines) => {
    await restart({ allowOrigins: ['https://good.example'] });
    const client = connect(server.port, '127.0.0.1');
    open.push(client);
    const origin = lines.map((line) => line.replace('HOST', host()));
    client.write(head('/metrics', [`Host: ${host()}`, ...HANDSHAKE_LINES, ...origin]));
    const [answer] = (await once(client, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 101 /);
  });

  it('of a token passes, and is not trusted without it', async () => {
    const peers: unknown[] = [];
    await restart({ isOriginOfToken: (origin) => origin === 'https://token.example' });
    const { hub } = server;
    const admit = hub.open.bind(hub);
    hub.open = (connection, profile, peer) => {
      peers.push(peer);
      return admit(connection, profile, peer);
    };
    for (const origin of ['https://token.example', `http://${host()}`, null]) {
      const headers = origin === null ? {} : { Origin: origin };
      const client = new WebSocket(`ws://${host()}/metrics`, { headers });
      await once(client, 'open');
      client.terminate();
    }
    expect(peers).toMatchObject([
      { address: '127.0.0.1', origin: 'https://token.example', isTrustedOrigin: false },
      { origin: `http://${host()}`, isTrustedOrigin: true },
      { origin: null, isTrustedOrigin: true },
    ]);
  });

  it('of anyone may load the embed module, but no path that resembles it', async () => {
    const lines = [`Host: ${host()}`, `Origin: ${FOREIGN}`, 'Connection: close'];
    expect((await sendRaw(server.port, head('/embed/metrics-panel.js?1', lines))).status).toBe(404);
    for (const path of ['/embed/../healthz', '/embed/..%2fhealthz', '/embed/%2e%2e/healthz', '/embed/']) {
      expect((await sendRaw(server.port, head(path, lines))).status).toBe(403);
    }
  });
});

describe('a token in the URL', () => {
  it.each(['token', 'access_token', 'Auth', 'AUTHORIZATION', 'api_key', '%74oken', 'x=1&token'])(
    '(%s) is refused with 400 and never logged',
    async (name) => {
      for (const path of ['/', '/metrics/sse', '/embed/metrics-panel.js']) {
        const { status, body } = await ask(server.port, `${path}?${name}=s3cret`);
        expect(status).toBe(400);
        expect(body.toString()).toContain('Authorization');
      }
      const lines = [`Host: ${host()}`, ...HANDSHAKE_LINES];
      expect((await sendRaw(server.port, head(`/metrics?${name}=s3cret`, lines))).status).toBe(400);
      expect(JSON.stringify(server.log.entries)).not.toContain('s3cret');
    },
  );

  it('is not confused with other parameters', async () => {
    expect((await ask(server.port, '/healthz?tokens=1&wall')).status).toBe(200);
  });
});

describe('an ambiguous request (smuggling)', () => {
  const lines = () => [`Host: ${host()}`];
  it.each([
    ['CL and TE', ['Content-Length: 4', 'Transfer-Encoding: chunked'], 'POST'],
    ['two lengths', ['Content-Length: 4', 'Content-Length: 5'], 'POST'],
    ['a folded line', ['X-A: b', ' c: d'], 'GET'],
    ['a space before the colon', ['X : y'], 'GET'],
  ])('(%s) is refused with 400', async (_what, extra, method) => {
    const { status } = await sendRaw(server.port, head('/metrics/poll', [...lines(), ...extra], method));
    expect(status).toBe(400);
  });

  it('(a bare line feed, or no Host) is refused with 400', async () => {
    expect((await sendRaw(server.port, `GET / HTTP/1.1\nHost: ${host()}\n\n`)).status).toBe(400);
    expect((await sendRaw(server.port, 'GET / HTTP/1.1\r\n\r\n')).status).toBe(400);
  });

  it.each(['Content-Length: 5', 'Transfer-Encoding: chunked', 'Content-Length: 00'])(
    '(an upgrade with %s) is refused with 400',
    async (line) => {
      expect((await upgrade(line)).status).toBe(400);
      expect(server.hub.sessionCount).toBe(0);
    },
  );

  it('(a target that is not of this agent) is refused with 400', async () => {
    for (const target of ['http://evil.example/healthz', '*']) {
      const { status } = await sendRaw(server.port, head(target, lines(), 'OPTIONS'));
      expect(status).toBe(400);
    }
  });
});

describe('odd requests', () => {
  it.each([
    [414, `/${'a'.repeat(8192)}`, []],
    [431, '/healthz', [`X-Long: ${'a'.repeat(8192)}`]],
    [431, '/healthz', Array.from({ length: 300 }, (_, index) => `X-${index}: ${'a'.repeat(20)}`)],
    [431, '/healthz', [`X-Long: ${'a'.repeat(100_000)}`]],
  ])('get %i', async (expected, target, extra) => {
    const { status } = await sendRaw(server.port, head(target, [`Host: ${host()}`, ...extra]));
    expect(status).toBe(expected);
  });

  it('TRACE and PUT get 405, an unknown path 404', async () => {
    expect((await ask(server.port, '/healthz', { method: 'TRACE' })).status).toBe(405);
    expect((await ask(server.port, '/healthz', { method: 'PUT' })).status).toBe(405);
    expect((await ask(server.port, '/nowhere')).status).toBe(404);
  });

  it.each([
    ['nobody is', [], '127.0.0.1'],
    ['the sender is trusted', ['127.0.0.1'], '192.0.2.1'],
    ['so is what it names', ['127.0.0.0/8', '192.0.2.0/24'], '203.0.113.9'],
  ])('if %s trusted, X-Forwarded-For makes the address %s', async (_what, trustedProxies, address) => {
    await restart({ trustedProxies, maxConnectionsPerAddress: 1 });
    const forwarded = ['X-Forwarded-For: 203.0.113.9, 192.0.2.1'];
    await openStream(forwarded);
    const { text } = await sendRaw(server.port, head(STREAM, [`Host: ${host()}`, ...forwarded]));
    expect(text).toContain(`from ${address}:`);
  });

  it('X-Forwarded-Host is believed only from a trusted proxy, and must be allowed', async () => {
    const behind = [
      'X-Forwarded-Host: metrics.example',
      'Origin: https://metrics.example',
      'Connection: close',
    ];
    const answer = (): Promise<RawAnswer> =>
      sendRaw(server.port, head('/healthz', [`Host: ${host()}`, ...behind]));
    expect((await answer()).status).toBe(403);
    await restart({ trustedProxies: ['127.0.0.1'] });
    expect((await answer()).status).toBe(421);
    await restart({ trustedProxies: ['127.0.0.1'], allowHosts: ['metrics.example'] });
    expect((await answer()).status).toBe(200);
  });
});

describe('CORS', () => {
  it('names the allowed origin and varies by it', async () => {
    await restart({ allowOrigins: ['https://a.example', 'https://b.example'] });
    for (const origin of ['https://a.example', 'https://b.example']) {
      const asked = await ask(server.port, '/metrics/sse', preflight(origin));
      expect(asked.status).toBe(204);
      const answer = await ask(server.port, '/metrics/sse', { headers: { Origin: origin } });
      for (const { headers } of [asked, answer]) {
        expect(headers['access-control-allow-origin']).toBe(origin);
        expect(headers.vary).toContain('Origin');
        expect(headers).not.toHaveProperty('access-control-allow-credentials');
      }
    }
  });

  it('lets other origins read the refusal, and sends programs no header', async () => {
    await restart({ allowOrigins: ['https://a.example'] });
    for (const path of ['/metrics', '/metrics/sse', '/metrics/poll']) {
      const asked = await ask(server.port, path, preflight(FOREIGN));
      // The preflight must succeed, or the page could not distinguish a refusal from an unreachable agent.
      expect([asked.status, asked.body.toString()]).toEqual([204, '']);
      expect(asked.headers).toMatchObject({
        'access-control-allow-origin': FOREIGN,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'Authorization, Content-Type, Last-Event-ID',
        vary: 'Origin',
        'cache-control': 'no-store',
      });
      expect(asked.headers).not.toHaveProperty('access-control-max-age');
      expect(asked.headers).not.toHaveProperty('access-control-allow-credentials');
      const headers = { Origin: FOREIGN, Authorization: `Bearer ${TOKEN}` };
      expect((await ask(server.port, path, { headers })).status).toBe(403);
    }
    expect(server.clientCount()).toBe(0);
    const { headers } = await ask(server.port, '/metrics/sse');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('is never sent for health and files', async () => {
    await restart({ allowOrigins: ['https://a.example'] });
    for (const path of ['/healthz', '/']) {
      const { headers } = await ask(server.port, path, { headers: { Origin: 'https://a.example' } });
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });
});

describe('connections beyond the limit', () => {
  it('get 503 and Retry-After before the upgrade, as streams and polls do, until others close', async () => {
    await restart({ maxConnectionsPerAddress: 2 });
    const client = await SocketClient.connect(server.url);
    const stream = await openStream();
    expect(await upgrade()).toMatchObject({ status: 503, text: expect.stringContaining('Retry-After: 5') });
    const poll = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
    for (const answer of [await ask(server.port, STREAM), await ask(server.port, '/metrics/poll', poll)]) {
      expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
      expect(answer.body.toString()).toContain('--max-connections-per-address');
    }
    expect(server.hub.sessionCount).toBe(2);
    stream.destroy();
    await expect.poll(() => server.hub.sessionCount).toBe(1);
    const next = await SocketClient.connect(server.url);
    await Promise.all([client.close(), next.close()]);
  });

  it('get an answer that an allowed page can read', async () => {
    await restart({ maxConnectionsPerAddress: 1, allowOrigins: ['https://a.example'] });
    await openStream();
    const answer = await ask(server.port, STREAM, { headers: { Origin: 'https://a.example' } });
    expect(answer).toMatchObject({
      status: 503,
      headers: {
        'access-control-allow-origin': 'https://a.example',
        'access-control-expose-headers': 'Retry-After',
        vary: 'Origin',
      },
    });
    const { headers } = await ask(server.port, STREAM);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('in total get 503 too', async () => {
    await restart({ maxConnections: 1 });
    const client = await SocketClient.connect(server.url);
    const { status, text } = await upgrade();
    expect([status, text]).toEqual([503, expect.stringContaining('--max-connections ')]);
    await client.close();
  });

  it('an address may have eight unauthenticated ones', async () => {
    await restart({ requiresToken: true });
    const clients = await Promise.all(Array.from({ length: 8 }, () => SocketClient.connect(server.url)));
    expect(await upgrade()).toMatchObject({ status: 503, text: expect.stringContaining('token') });
    clients[0]?.send({ type: 'auth', token: TOKEN });
    await clients[0]?.next();
    const ninth = await SocketClient.connect(server.url);
    expect((await upgrade()).status).toBe(503);
    await Promise.all([...clients, ninth].map((client) => client.close()));
  });

  it.each([
    ['an open agent', false, []],
    ['a token in the request', true, [`Authorization: Bearer ${TOKEN}`]],
  ])(
    'many clients of one address do not count as unauthenticated with %s',
    async (_what, requiresToken, lines) => {
      await restart({ requiresToken });
      const { hub } = server;
      const admit = hub.openStream.bind(hub);
      let arrived = 0;
      // Hold all until the last has arrived, as when tokens take long to verify.
      let releaseAll = (): void => {};
      const allThere = new Promise<void>((resolve) => {
        releaseAll = resolve;
      });
      hub.openStream = async (...stream) => {
        arrived += 1;
        await allThere;
        return admit(...stream);
      };
      const crowd = Array.from({ length: 30 }, () => {
        const socket = connect(server.port, '127.0.0.1');
        open.push(socket);
        socket.write(head(STREAM, [`Host: ${host()}`, ...lines]));
        return once(socket, 'data') as Promise<[Buffer]>;
      });
      await expect.poll(() => arrived).toBe(30);
      releaseAll();
      for (const [answer] of await Promise.all(crowd)) expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  it('a token in the headers of a handshake, which are not verified, does not authenticate', async () => {
    await restart({ requiresToken: true });
    const clients = await Promise.all(Array.from({ length: 8 }, () => SocketClient.connect(server.url)));
    expect((await upgrade('Authorization: Bearer wrong')).status).toBe(503);
    await Promise.all(clients.map((client) => client.close()));
  });

  it('1,000 sockets of one address leave the health check answered', async () => {
    await restart({ maxConnections: 100, maxConnectionsPerAddress: 64 });
    for (let index = 0; index < 1000; index += 1) {
      const socket = connect({ port: server.port, host: '127.0.0.1' });
      socket.on('error', () => {});
      open.push(socket);
    }
    for (let round = 0; round < 5; round += 1) {
      expect((await ask(server.port, '/healthz')).status).toBe(200);
    }
  });
});

describe('headers that arrive slowly', () => {
  it('are answered with 408 after 5 s', async () => {
    const socket = connect(server.port, '127.0.0.1');
    open.push(socket);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('error', () => {});
    const startMs = performance.now();
    socket.write(`GET /healthz HTTP/1.1\r\nHost: ${host()}\r\n`);
    const drip = setInterval(() => socket.write('X-A: b\r\n'), 250);
    // Not `once`: what drips after the answer may reset the connection.
    await new Promise((resolve) => {
      socket.on('close', resolve);
    });
    clearInterval(drip);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(performance.now() - startMs).toBeGreaterThan(4000);
    expect(performance.now() - startMs).toBeLessThan(9000);
  });
});

describe('a silent TCP connection', () => {
  it('is closed after 5 s', async () => {
    const { afterMs } = await sendRaw(server.port, '');
    expect(afterMs).toBeGreaterThan(4000);
    expect(afterMs).toBeLessThan(9000);
  });
});
