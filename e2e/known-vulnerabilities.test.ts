import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../agent/testing/http-request.ts';
import { HANDSHAKE_LINES, head, sendRaw } from '../agent/testing/raw-request.ts';
import { SocketClient } from '../agent/testing/socket-client.ts';
import { startAgent, type AgentOptions, type AgentProcess } from './agent-process.ts';
import { launchBrowser } from './browser.ts';
import { writeHostileProc } from './hostile-host.ts';
import { socketsOf } from './process-watch.ts';
import { freeOrigin, servePage } from './web-server.ts';

/*
 * A regression test for each class of vulnerabilities published of comparable products, with the built agent and, if a page is involved,
 * a real browser.
 */

const SECRET = 'a-secret-that-must-not-appear-anywhere-1234567890';
const SSE = `/metrics/sse?subscriptions=${encodeURIComponent('[{"metrics":["cpu"]}]')}`;
const ROUTES = [
  '/',
  '/healthz',
  '/metrics',
  SSE,
  '/metrics/poll',
  '/history?metrics=cpu',
  '/tokens',
  '/manifest.webmanifest',
  '/asyncapi.json',
  '/nothing',
];
const isLinux = process.platform === 'linux';

let browser: Browser;
let state: string;
const stops: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  state = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  browser = await launchBrowser();
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});
afterAll(async () => {
  await browser.close();
  rmSync(state, { recursive: true });
});

async function agentWith({ env = {}, ...options }: AgentOptions = {}): Promise<AgentProcess> {
  const agent = await startAgent({ ...options, env: { METRICS_PANEL_STATE: state, ...env } });
  stops.push(() => agent.kill());
  return agent;
}

async function open(url: string): Promise<Page> {
  const page = await browser.newPage();
  stops.push(() => page.close());
  await page.goto(url);
  return page;
}

/** A server that must not be contacted, and the requests it got nevertheless. */
async function trap(): Promise<{ url: string; port: number; came: string[] }> {
  const came: string[] = [];
  const server: Server = createServer((request, response) => {
    came.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
    response.writeHead(200, {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    });
    response.end();
  });
  server.on('connection', () => came.push('a connection'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(async () => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, port, came };
}

/** Status and headers of an answer, without waiting for the end of a stream. */
async function headOf(port: number, path: string, headers: Record<string, string> = {}) {
  const method = path === '/metrics/poll' ? 'POST' : 'GET';
  const body = method === 'POST' ? '{"subscriptions":[{"metrics":["cpu"]}]}' : null;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { ...headers, ...(body === null ? {} : { 'Content-Type': 'application/json' }) },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  await answer.body?.cancel();
  return answer;
}

describe('CORS with `*` (CVE-2026-32610, 33533, 46608)', () => {
  it('no route lets a page of another origin read more than the refusal, and a list of origins admits exactly these', async () => {
    const agent = await agentWith();
    const listed = await agentWith({
      args: ['--allow-origin', 'https://good.example,https://better.example'],
    });
    for (const path of ROUTES) {
      for (const origin of ['https://evil.example', 'null', 'https://good.example.evil.example']) {
        for (const { port } of [agent, listed]) {
          const { status, headers } = await headOf(port, path, { Origin: origin });
          expect({ path, origin, status }).toEqual({ path, origin, status: 403 });
          const isOfProtocol = /^\/(?:metrics|history)/.test(path);
          expect(headers.get('Access-Control-Allow-Origin')).toBe(isOfProtocol ? origin : null);
          expect(headers.get('Access-Control-Allow-Credentials')).toBeNull();
        }
      }
      const { headers } = await headOf(listed.port, path, { Origin: 'https://good.example' });
      expect([null, 'https://good.example']).toContain(headers.get('Access-Control-Allow-Origin'));
      expect(headers.get('Access-Control-Allow-Credentials')).toBeNull();
    }
  });
});

describe('DNS rebinding', () => {
  it('under a foreign name the agent answers nothing, on any route or transport', async () => {
    const { port } = await agentWith();
    for (const path of ROUTES) {
      const { status, text } = await sendRaw(port, head(path, ['Host: evil.example', 'Connection: close']));
      expect({ path, status }).toEqual({ path, status: 421 });
      expect(text).not.toMatch(/"cpu"|<metrics-panel/);
    }
    const upgrade = head('/metrics', [
      'Host: evil.example',
      'Origin: http://evil.example',
      ...HANDSHAKE_LINES,
    ]);
    expect((await sendRaw(port, upgrade)).status).toBe(421);
  });
});

describe('an API that is open without a token', () => {
  it('an agent that others can reach shows nothing without a token but that it is alive', async () => {
    const folder = join(state, 'open');
    const agent = await agentWith({ args: ['--host', '0.0.0.0'], env: { METRICS_PANEL_STATE: folder } });
    expect(await (await fetch(`http://127.0.0.1:${agent.port}/healthz`)).json()).toEqual({ status: 'ok' });
    expect((await headOf(agent.port, SSE)).status).toBe(401);
    expect((await headOf(agent.port, '/metrics/poll')).status).toBe(401);
    expect((await headOf(agent.port, '/tokens')).status).toBe(404);
    const client = await SocketClient.connect(`http://127.0.0.1:${agent.port}/`, 'metrics-panel.v1');
    client.send({ action: 'subscribe', sub: '1', metrics: ['cpu'] });
    const answer = await client.next();
    expect(answer).toMatch(/Not authenticated/);
    expect(answer).not.toMatch(/"hosts"|"catalog/);
    await client.close();

    const secret = readFileSync(join(folder, 'admin-token'), 'utf8').trim();
    expect((await headOf(agent.port, SSE, { Authorization: `Bearer ${secret}` })).status).toBe(200);
    expect(JSON.stringify(agent.log)).not.toContain(secret);
  });
});

describe('secrets in configuration answers', () => {
  it('no answer, error, log or help contains the secret, a token or the key, not even for their owner', async () => {
    const folder = join(state, 'secrets');
    const agent = await agentWith({
      args: ['--log-level', 'trace'],
      env: { METRICS_PANEL_STATE: folder, METRICS_PANEL_TOKEN: SECRET },
    });
    const asAdmin = { Authorization: `Bearer ${SECRET}` };
    const made = await fetch(`${agent.url}tokens`, {
      method: 'POST',
      headers: asAdmin,
      body: '{"metrics":["cpu"],"expiresInS":60}',
    });
    const { token } = (await made.json()) as { token: string };
    const kept = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? readFileSync(join(folder, entry.name), 'utf8') : [],
    );
    // Everything in the state folder that is long enough to be a secret and is no id.
    const keys = kept.flatMap((text) => text.match(/[\w-]{40,}/g) ?? []);
    expect(keys.length).toBeGreaterThan(0);

    const said: string[] = [];
    for (const path of [
      '/',
      '/healthz',
      '/metrics',
      '/tokens',
      '/metrics/poll',
      '/history?metrics=*',
      '/config',
      '/nothing',
    ]) {
      const method = path === '/metrics/poll' ? 'POST' : 'GET';
      const options = { method, headers: { ...asAdmin, Host: `localhost:${agent.port}` } };
      said.push((await ask(agent.port, path, options)).body.toString());
    }
    const client = await SocketClient.connect(agent.url, 'metrics-panel.v1');
    client.send({ type: 'auth', token: SECRET });
    client.send({ action: 'subscribe', sub: '1', metrics: ['*'], tables: ['processes'] });
    client.send({ action: SECRET });
    client.send(`{"token":"${SECRET}"`);
    for (let count = 0; count < 5; count += 1) said.push(await client.next());
    await client.close();
    await expect.poll(() => agent.log.length).toBeGreaterThan(3);
    said.push(JSON.stringify(agent.log));
    expect(said.join('')).toMatch(/"welcome"/);
    for (const secret of [SECRET, token, token.split('.')[2] ?? '', ...keys]) {
      expect(said.filter((text) => text.includes(secret))).toEqual([]);
    }
  });
});

describe.skipIf(!isLinux)(
  'injection by the names of processes, hosts, disks, interfaces (CVE-2026-32608, 46606, 30930)',
  () => {
    it('labels of the host are text, shortened and without control characters, from the agent to the page', async () => {
      const proc = join(state, 'proc');
      writeHostileProc(proc);
      const agent = await agentWith({ args: ['--proc', proc, '--interval', '250'] });
      const client = await SocketClient.connect(agent.url, 'metrics-panel.v1');
      const welcome = await client.next();
      await client.close();
      expect(welcome).toContain('onerror');
      expect(welcome).not.toMatch(/\\u001b|\u202E|\\u202e/i);
      expect(welcome).not.toContain('x'.repeat(254));

      const page = await open(agent.url);
      await page.getByText('onerror').first().waitFor();
      await page.locator('main summary').evaluateAll((titles) => {
        for (const title of titles) if (title instanceof HTMLElement) title.click();
      });
      await page.getByText('svg/onload').first().waitFor();
      expect(await page.title()).toContain('onerror');
      await expectHarmless(page);
      const csv = await page
        .locator('metrics-panel')
        .first()
        .evaluate((panel) => (panel as HTMLElementTagNameMap['metrics-panel']).exportCsv());
      const cells = csv.split('\r\n').flatMap((line) => line.split(','));
      expect(csv).toContain('network.1+1-cmd.receive');
      expect(cells.filter((cell) => /^"?[=+@\t]|^"?-\D/.test(cell))).toEqual([]);
    });

    it('names of processes are text that no shell, table or page interprets', async () => {
      const proc = join(state, 'proc');
      writeHostileProc(proc);
      const agent = await agentWith({ args: ['--proc', proc, '--interval', '250', '--process-arguments'] });
      const page = await open(agent.url);
      const canvas = page.locator('metric-chart[data-metric="cpu"] canvas[role="img"]');
      await expect.poll(() => canvas.getAttribute('aria-label')).toMatch(/in \d+ samples/);
      await canvas.click();
      const rows = page.locator('aside tbody tr');
      await expect
        .poll(() => rows.allInnerTexts())
        .toContainEqual(expect.stringContaining('$(touch /tmp/pwned)`id`'));
      const texts = (await rows.allInnerTexts()).join('\n');
      expect(texts).toContain('<b id=pwned>');
      expect(texts).toContain('=HYPERLINK("http://evil.example","x"),@SUM(1)');
      expect(texts).not.toMatch(/\p{Cc}(?<![\t\n])/u);
      await expectHarmless(page);
      expect(existsSync('/tmp/pwned')).toBe(false);
    });

    it('so is the name that a real process gave itself', async () => {
      const name = '<b id=pwned>$(';
      const busy = spawn(
        process.execPath,
        [
          '--eval',
          "require('node:fs').writeFileSync('/proc/self/comm', process.argv[1]); for (;;);",
          `${name}\u001B[1m`,
        ],
        { stdio: 'ignore' },
      );
      try {
        const agent = await agentWith();
        const client = await SocketClient.connect(agent.url, 'metrics-panel.v1');
        client.send({ action: 'subscribe', sub: '1', tables: ['processes'] });
        let text = '';
        for (let count = 0; count < 20 && !text.includes(name); count += 1) text = await client.next();
        expect(text).toContain(JSON.stringify(name).slice(1, -1));
        expect(text).not.toMatch(/\\u001b/i);
        await client.close();
      } finally {
        busy.kill('SIGKILL');
        await once(busy, 'exit');
      }
    });
  },
);

/** Expects that no name became markup or ran as code. */
async function expectHarmless(page: Page): Promise<void> {
  const acted = await page.evaluate(() => {
    const all = (root: ParentNode): Element[] =>
      [...root.querySelectorAll('*')].flatMap((element) => [
        element,
        ...(element.shadowRoot === null ? [] : all(element.shadowRoot)),
      ]);
    const made = all(document).filter(
      (element) =>
        element.id === 'pwned' ||
        [...element.attributes].some(({ name }) => name.startsWith('on')) ||
        element.localName === 'img',
    );
    return { ran: 'pwned' in window, made: made.map(({ outerHTML }) => outerHTML) };
  });
  expect(acted).toEqual({ ran: false, made: [] });
}

describe('SSRF: an agent that fetches any URL', () => {
  it('no route, header, message or proxy request makes it contact another server', async () => {
    const { url, port: trapPort, came } = await trap();
    const agent = await agentWith({ args: ['--trusted-proxy', '127.0.0.1', '--anonymous', '*'] });
    const host = `Host: 127.0.0.1:${agent.port}`;
    const word = encodeURIComponent(url);
    const names = [
      'url',
      'uri',
      'src',
      'target',
      'host',
      'server',
      'redirect',
      'next',
      'callback',
      'agent',
      'proxy',
    ];
    const query = names.map((name) => `${name}=${word}`).join('&');
    for (const path of [
      '/',
      '/healthz',
      '/metrics',
      '/metrics/sse?subscriptions=0',
      '/history?metrics=cpu',
      '/tokens',
      '/proxy',
      '/fetch',
      '/api',
      '/servers',
    ]) {
      await sendRaw(
        agent.port,
        head(`${path}${path.includes('?') ? '&' : '?'}${query}`, [host, 'Connection: close']),
      );
    }
    await sendRaw(agent.port, head(url, [host, 'Connection: close']));
    await sendRaw(agent.port, head(`127.0.0.1:${trapPort}`, [host], 'CONNECT'));
    await sendRaw(
      agent.port,
      head('/', [
        host,
        `X-Forwarded-Host: 127.0.0.1:${trapPort}`,
        `Forwarded: host=127.0.0.1:${trapPort}`,
        `Referer: ${url}`,
        `X-Original-URL: ${url}`,
        `Link: <${url}>`,
        'Connection: close',
      ]),
    );
    const client = await SocketClient.connect(agent.url, 'metrics-panel.v1');
    await client.next();
    client.send({ action: 'subscribe', sub: '1', metrics: ['cpu'], host: url });
    client.send({ action: 'subscribe', sub: '2', metrics: [url] });
    await client.next();
    await client.close();
    await ask(agent.port, '/healthz');
    expect(came).toEqual([]);
  });
});

describe('credentials sent to a peer (CVE-2026-32633, 32634)', () => {
  it('an agent that redirects its viewers elsewhere does not make them send their token there', async () => {
    const peer = await trap();
    const tried = new Set<string>();
    const origin = await freeOrigin();
    const agent = await agentWith({ args: ['--allow-origin', origin] });
    const compromised = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      const headers = {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      };
      if (request.method === 'OPTIONS') {
        response.writeHead(204, headers).end();
        return;
      }
      tried.add(path);
      response.writeHead(307, { ...headers, Location: peer.url.replace(/\/$/, path) }).end();
    });
    compromised.on('upgrade', (request, socket) => {
      tried.add(`upgrade ${request.url}`);
      socket.end(
        `HTTP/1.1 307 Temporary Redirect\r\nLocation: ${peer.url}metrics\r\nContent-Length: 0\r\n\r\n`,
      );
    });
    await new Promise<void>((resolve) => compromised.listen(0, '127.0.0.1', resolve));
    stops.push(async () => {
      compromised.close();
      compromised.closeAllConnections();
    });
    const { port } = compromised.address() as AddressInfo;
    const elsewhere = await servePage(
      `<!doctype html><html lang="en"><title>Page</title>
      <script type="module" src="${agent.url}embed/metrics-panel.js"></script>
      <metrics-panel src="http://127.0.0.1:${port}/" metrics="cpu" token="${SECRET}"></metrics-panel>`,
      {},
      origin,
    );
    stops.push(() => elsewhere.stop());
    await open(elsewhere.url);
    await expect
      .poll(() => [...tried].toSorted(), { timeout: 20_000 })
      .toEqual(['/metrics/poll', '/metrics/sse', 'upgrade /metrics']);
    // A redirect would be followed by the next attempt.
    tried.clear();
    await expect.poll(() => tried.size, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(peer.came).toEqual([]);
  });
});

describe('debug endpoints', () => {
  it('no route reveals internals of the program', async () => {
    const { port } = await agentWith();
    const paths = [
      '/debug',
      '/debug/pprof',
      '/json',
      '/json/version',
      '/inspect',
      '/heapdump',
      '/config',
      '/api',
      '/env',
      '/docs',
    ];
    const files = [
      '/.env',
      '/.git/config',
      '/main.js',
      '/main.js.map',
      '/agent/main.js',
      '/package.json',
      '/.inputs',
      '/sbom.json',
    ];
    for (const path of [...paths, ...files]) {
      expect({ path, status: (await ask(port, path)).status }).toEqual({ path, status: 404 });
    }
    const page = (await ask(port, '/')).body.toString();
    const scripts = [...page.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect((await ask(port, `${script}.map`)).status).toBe(404);
  });

  it.skipIf(!isLinux)('SIGUSR1 opens no debugger, and the agent continues', async () => {
    const agent = await agentWith({ args: ['--interval', '100'] });
    process.kill(agent.pid, 'SIGUSR1');
    const client = await SocketClient.connect(agent.url, 'metrics-panel.v1');
    client.send({ action: 'subscribe', sub: '1', metrics: ['cpu'] });
    for (let count = 0; count < 8; count += 1) await client.next();
    await client.close();
    const ports = socketsOf(agent.pid).filter(({ isListening }) => isListening);
    expect(ports.map(({ localPort }) => localPort)).toEqual([agent.port]);
    expect(await agent.kill()).toBe(0);
  });
});

describe('paths out of the web root, and links in it', () => {
  it.skipIf(!isLinux)(
    'serves nothing but the files of the build, and writes no file through a link',
    async () => {
      const { port } = await agentWith();
      const paths = [
        '/../../etc/passwd',
        '/%2e%2e/%2e%2e/etc/passwd',
        '/..%2f..%2fetc/passwd',
        '/..\\..\\etc\\passwd',
        '//etc/passwd',
        '/%00',
        '/assets/../../agent/main.js',
        '/embed/..%2f..%2fagent/main.js',
      ];
      for (const path of paths) {
        const { status, body } = await ask(port, path);
        expect({ path, status }).toEqual({ path, status: 404 });
        expect(body.toString()).not.toMatch(/root:|sourceMappingURL/);
      }
      const folder = mkdtempSync(join(state, 'links-'));
      const victim = join(folder, 'victim');
      writeFileSync(victim, '');
      symlinkSync(victim, join(folder, 'admin-token'));
      await agentWith({ args: ['--host', '0.0.0.0'], env: { METRICS_PANEL_STATE: folder } });
      expect(readFileSync(victim, 'utf8')).toBe('');
    },
  );
});
