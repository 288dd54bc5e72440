import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createToken } from '../auth/signed-tokens.ts';
import { StateFolder } from '../auth/state-folder.ts';
import { TokenStore } from '../auth/token-store.ts';
import { THIS_HOST } from '../sampling/kernel/roots.ts';
import { ask, HANDSHAKE, type Answer } from '../testing/http-request.ts';
import { LiveServer, type LiveServerOptions } from '../testing/live-server.ts';
import { SocketClient } from '../testing/socket-client.ts';
import { TOKEN } from '../testing/test-hub.ts';

const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
/** As Prometheus sends it, before and since version 3. */
const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

let folder: string;
let tokens: TokenStore;
let server: LiveServer;

async function start(options: LiveServerOptions = {}): Promise<void> {
  server = await new LiveServer({ kernelRoots: THIS_HOST, tokens, ...options }).start();
  server.publish();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-panel-'));
  tokens = new TokenStore(new StateFolder(folder));
});

afterEach(async () => {
  await server.assertAlive();
  await server.stop();
  await rm(folder, { recursive: true });
});

const get = (headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> =>
  ask(server.port, '/metrics', { headers, method });

describe('GET /metrics without a handshake', () => {
  it.each([
    [undefined, TEXT],
    ['', TEXT],
    [PROMETHEUS_2, OPENMETRICS],
    [PROMETHEUS_3, OPENMETRICS],
    [BROWSER, TEXT],
    ['*/*', TEXT],
    ['text/*', TEXT],
    ['text/plain;version=0.0.4;q=0.3, application/openmetrics-text;q=0.2', TEXT],
    ['text/plain;version=0.0.4;q=0.2, application/openmetrics-text;q=0.3', OPENMETRICS],
    ['application/openmetrics-text;version=0.0.1', TEXT],
    ['application/openmetrics-text;q=0', TEXT],
    ['application/json', TEXT],
  ])('to a client that accepts %j answers %s', async (accept, type) => {
    await start();
    const { status, headers, body } = await get(accept === undefined ? {} : { Accept: accept });
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, type, 'no-store']);
    expect(headers.vary).toBe('Accept, Accept-Encoding');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(body.toString().endsWith('# EOF\n')).toBe(type === OPENMETRICS);
  });

  it.skipIf(process.platform !== 'linux')('has this host under the names of node_exporter', async () => {
    await start();
    const text = (await get()).body.toString();
    for (const name of [
      'node_cpu_seconds_total{cpu="0",mode="idle"}',
      'node_memory_MemTotal_bytes',
      'node_uname_info{',
    ]) {
      expect(text).toContain(`\n${name}`);
    }
    expect(text).toContain('\nnode_scrape_collector_success{collector="cpu"} 1\n');
    expect(text).toMatch(/^process_resident_memory_bytes \d{7,}$/m);
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has the newest sample, where no kernel is read, in base units', async () => {
    await start({ kernelRoots: null });
    const text = (await get()).body.toString();
    expect(text).toContain('# TYPE metrics_panel_cpu_ratio gauge\nmetrics_panel_cpu_ratio 0.01\n');
    expect(text).not.toContain('node_');
  });

  it('is compressed if that is asked for', async () => {
    await start();
    const { headers, body } = await get({ 'Accept-Encoding': 'gzip' });
    expect(headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(body).toString()).toContain('# TYPE');
    expect((await get({ 'Accept-Encoding': 'gzip;q=0' })).headers).not.toHaveProperty('content-encoding');
  });

  it('HEAD has the headers alone', async () => {
    await start();
    const { status, headers, body } = await get({ Accept: PROMETHEUS_2 }, 'HEAD');
    expect([status, headers['content-type'], body.length]).toEqual([200, OPENMETRICS, 0]);
  });

  it('leaves a handshake, and one that is not acceptable, as they were', async () => {
    await start();
    const client = await SocketClient.connect(server.url, 'metrics-panel.v1');
    expect(client.socket.protocol).toBe('metrics-panel.v1');
    client.socket.close();
    const old = await get({ ...HANDSHAKE, 'Sec-WebSocket-Version': '7' });
    expect([old.status, old.body.toString()]).toEqual([400, expect.stringMatching(/version 13/)]);
  });

  it('answers clients that offer another protocol as if they did not (RFC 9110, section 7.8)', async () => {
    await start();
    const { status, headers } = await get({ Connection: 'Upgrade', Upgrade: 'h2c' });
    expect([status, headers['content-type']]).toEqual([200, TEXT]);
  });
});

describe('a scrape needs a token where viewers do', () => {
  it('and is refused without one, or with a wrong one', async () => {
    await start({ requiresToken: true });
    const none = await get();
    expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect((await get({ Authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await get({ Authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });

  it.skipIf(process.platform !== 'linux')('and shows what its scope shows', async () => {
    await start({ requiresToken: true });
    const series = async (...metrics: string[]): Promise<string[]> => {
      const { token } = await createToken(tokens, {
        metrics,
        tables: ['*'],
        hosts: ['*'],
        expiresAtMs: null,
        origins: [],
        label: '',
      });
      const { body } = await get({ Authorization: `Bearer ${token}` });
      return body
        .toString()
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => line.replace(/ \S+$/, ''));
    };
    const families = (some: readonly string[]) =>
      [...new Set(some.map((one) => one.replace(/\{.*/, '')))].toSorted();
    expect(families(await series('load'))).toEqual(['node_load1', 'node_uname_info']);
    expect(families(await series('load*'))).toEqual([
      'node_load1',
      'node_load15',
      'node_load5',
      'node_uname_info',
    ]);
    expect(await series('cpu.core.0.user')).toEqual([
      'node_cpu_seconds_total{cpu="0",mode="user"}',
      expect.stringMatching(/^node_uname_info\{nodename="[^"]+"\}$/),
    ]);
    const core = await series('cpu.core.0.*');
    expect(core).toContain('node_cpu_seconds_total{cpu="0",mode="idle"}');
    expect(core.filter((one) => one.includes('cpu="1"'))).toEqual([]);
    const everyMetric = families(await series('*'));
    expect(everyMetric).toContain('node_network_up');
    expect(everyMetric).toContain('process_open_fds');
  });
});
