import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { FROM_SOURCE, SOURCE_ENV } from './testing/from-source.ts';
import { SocketClient } from './testing/socket-client.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** A process start under load; nothing here waits that long. */
const TIMEOUT_MS = 30_000;

let child: ChildProcess | undefined;
const state = mkdtempSync(join(tmpdir(), 'metrics-panel-'));

afterEach(() => {
  child?.kill('SIGKILL');
  child = undefined;
});
afterAll(() => rmSync(state, { recursive: true }));

/** Runs the agent from source. */
function run(args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  child = spawn(process.execPath, [...FROM_SOURCE, 'agent/main.ts', ...args], {
    cwd: ROOT,
    env: { ...SOURCE_ENV, METRICS_PANEL_STATE: state, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return child;
}

async function finish(process: ChildProcess): Promise<{ code: number | null; out: string; error: string }> {
  const [out, error, [code]] = await Promise.all([
    process.stdout ? text(process.stdout) : '',
    process.stderr ? text(process.stderr) : '',
    once(process, 'exit') as Promise<[number | null]>,
  ]);
  return { code, out, error };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts on a free port and waits for the ready line. */
async function startAgent(): Promise<{ agent: ChildProcess; url: string; time: string }> {
  const agent = run(['--port', '0']);
  if (agent.stdout === null) throw new TypeError('the agent has no standard output');
  const [line] = (await once(createInterface(agent.stdout), 'line')) as [string];
  return { agent, ...(JSON.parse(line) as { url: string; time: string }) };
}

describe('a bad setting', { timeout: TIMEOUT_MS }, () => {
  it.each([
    [
      ['--port', 'nope'],
      {},
      /'--port <number>' argument 'nope' is invalid\. Give a whole number from 0 to 65535\./,
    ],
    [['--port', '65536'], {}, /--port.*from 0 to 65535/],
    [[], { METRICS_PANEL_PORT: '8o80' }, /'8o80' from env 'METRICS_PANEL_PORT' is invalid/],
    [['--interval', '99'], {}, /--interval.*from 100 to 60000/],
    [[], { METRICS_PANEL_INTERVAL: '1.5' }, /METRICS_PANEL_INTERVAL.*from 100 to 60000/],
    [['--log-level', 'loud'], {}, /--log-level.*Allowed choices are trace, debug/],
    [['--host', ''], {}, /--host.*Give an address or a host name/],
    [['--host', '192.0.2.1', '--port', '0'], {}, /192\.0\.2\.1 is not an address of this machine.*--host/],
    [['--prt', '80'], {}, /Unknown option '--prt' \(Did you mean --port\?\)/],
    [['serve'], {}, /"serve" is no option and belongs to none: npm start -- --help names them all/],
    [[], { METRICS_PANEL_TOKEN: '' }, /METRICS_PANEL_TOKEN is empty/],
    [['--anonymous', 'cpu,memroy'], {}, /--anonymous.*No metric is called memroy: did you mean memory\?/],
    [
      [],
      { METRICS_PANEL_ANONYMOUS: 'nothing.*' },
      /METRICS_PANEL_ANONYMOUS.*No metric is called nothing\.\*/,
    ],
    [['--source', 'windows'], {}, /--source.*Allowed choices are auto, systeminformation, linux/],
    [['--proc', '/nowhere'], {}, /\/nowhere is not the \/proc of a Linux host.*--proc/],
    [
      ['--proc', '/usr'],
      {},
      /\/usr is not the \/proc of a Linux host \(there is no file "stat" in it .*--proc/,
    ],
    [['--proc', '/etc/passwd'], {}, /\/etc\/passwd is not the \/proc of a Linux host/],
    [['--proc', ''], {}, /--proc.*Give a folder/],
    [[], { METRICS_PANEL_SYS: '/nowhere' }, /\/nowhere is not the \/sys of a Linux host.*--sys/],
    [
      [],
      { METRICS_PANEL_PROCESS_ARGUMENTS: 'perhaps' },
      /METRICS_PANEL_PROCESS_ARGUMENTS is neither true nor/,
    ],
    [['--allow-host', 'a.example:80'], {}, /--allow-host.*Give names without a port/],
    [[], { METRICS_PANEL_STATE: '/dev/null' }, /METRICS_PANEL_STATE.* is invalid\. It is no folder: choose/],
    [['--history', '0'], {}, /--history.*Give a whole number of days from 1 to 3650, or off to keep none/],
    [[], { METRICS_PANEL_HISTORY: 'never' }, /METRICS_PANEL_HISTORY.*from 1 to 3650, or off/],
    [
      ['--history-max-size', '500'],
      {},
      /--history-max-size.*at least 5MB in MB, GB or TB, such as 200MB or 2GB/,
    ],
    [[], { METRICS_PANEL_HISTORY_FOLDER: '/dev/null' }, /METRICS_PANEL_HISTORY_FOLDER.*It is no folder/],
    [['--process-arguments', 'maybe'], {}, /"maybe" is no option and belongs to none/],
    [[], { METRICS_PANEL_ALLOW_HOST: '*' }, /METRICS_PANEL_ALLOW_HOST.*\*\.example\.com/],
    [['--allow-origin', '*'], {}, /--allow-origin.*every page.*name the origins/],
    [
      ['--allow-origin', 'https://a.example,https://b.example/'],
      {},
      /b\.example\/' is invalid.*such as https:\/\/b\.example\./,
    ],
    [[], { METRICS_PANEL_ALLOW_ORIGIN: 'null' }, /METRICS_PANEL_ALLOW_ORIGIN.*such as https:\/\/example/],
    [['--trusted-proxy', 'proxy'], {}, /--trusted-proxy.*Give addresses/],
    [[], { METRICS_PANEL_TRUSTED_PROXY: '10.0.0.0/33' }, /METRICS_PANEL_TRUSTED_PROXY.*10\.0\.0\.0\/8/],
    [['--max-connections', '0'], {}, /--max-connections.*from 1 to 1000000/],
    [
      [],
      { METRICS_PANEL_MAX_CONNECTIONS_PER_ADDRESS: 'many' },
      /METRICS_PANEL_MAX_CONNECTIONS_PER_ADDRESS.*from 1 to 1000000/,
    ],
    [['--tls-cert', 'cert.pem'], {}, /--tls-key \(METRICS_PANEL_TLS_KEY\) is missing/],
    [[], { METRICS_PANEL_TLS_KEY: 'key.pem' }, /--tls-cert \(METRICS_PANEL_TLS_CERT\) is missing/],
    [
      ['--tls-cert', '/nowhere/cert.pem', '--tls-key', '/nowhere/key.pem'],
      {},
      /\/nowhere\/cert\.pem cannot be read \(ENOENT\).*--tls-cert/,
    ],
  ])('%j %j prints one sentence to standard error and exits with 2', async (args, env, sentence) => {
    const { code, out, error } = await finish(run(args, env));
    expect(error).toMatch(sentence);
    expect(error).toMatch(/^metrics-panel: [^\n]+\n$/);
    expect([code, out]).toEqual([2, '']);
  });

  it('a port in use prints the port and the flag', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const { code, error } = await finish(run(['--port', String(port)]));
    other.close();
    expect(code).toBe(2);
    expect(error).toBe(
      `metrics-panel: Port ${port} on 127.0.0.1 is in use: stop the other program, or choose another port with --port (METRICS_PANEL_PORT).\n`,
    );
  });
});

describe('the command line', { timeout: TIMEOUT_MS }, () => {
  it.each([
    [{ HOME: '/home/me' }, '/home/me/.local/state/metrics-panel'],
    [{ HOME: '/home/me', XDG_STATE_HOME: '/var/me' }, '/var/me/metrics-panel'],
    [{ HOME: '/home/me', XDG_STATE_HOME: '' }, '/home/me/.local/state/metrics-panel'],
    [
      { HOME: '/home/me', XDG_STATE_HOME: 'state', STATE_DIRECTORY: 'state' },
      '/home/me/.local/state/metrics-panel',
    ],
    [{ HOME: '', XDG_STATE_HOME: '' }, '/var/lib/metrics-panel'],
    [{ HOME: '/home/me', STATE_DIRECTORY: '/var/lib/me:/var/lib/other' }, '/var/lib/me'],
  ])('with %j keeps tokens in %s', async (env, folder) => {
    const { out } = await finish(run(['--help'], env));
    expect(out).toContain(`(default: "${folder}", env: METRICS_PANEL_STATE)`);
  });

  it('--help names every flag and variable, with its default', async () => {
    const { code, out } = await finish(run(['--help']));
    for (const command of ['token', 'history']) expect(out).toContain(`"npm start -- ${command} --help"`);
    expect(code).toBe(0);
    for (const word of [
      '--port',
      '--host',
      '--interval',
      '--log-level',
      '--anonymous',
      '--state',
      '--history',
      '--history-max-size',
      '--history-folder',
      '--max-wrong-tokens',
      '--source',
      '--proc',
      '--sys',
      '--process-arguments',
      '--allow-host',
      '--allow-origin',
      '--trusted-proxy',
      '--max-connections',
      '--max-connections-per-address',
      '--tls-cert',
      '--tls-key',
      '--version',
      '8080',
      '127.0.0.1',
      '1000',
    ]) {
      expect(out).toContain(word);
    }
    for (const name of [
      'PORT',
      'HOST',
      'INTERVAL',
      'LOG_LEVEL',
      'TOKEN',
      'SOURCE',
      'PROC',
      'SYS',
      'PROCESS_ARGUMENTS',
      'ALLOW_HOST',
      'ALLOW_ORIGIN',
      'TRUSTED_PROXY',
      'MAX_CONNECTIONS',
      'MAX_CONNECTIONS_PER_ADDRESS',
      'TLS_CERT',
      'TLS_KEY',
    ])
      expect(out).toContain(`METRICS_PANEL_${name}`);
  });

  it('--version prints the version and nothing else', async () => {
    expect(await finish(run(['--version']))).toEqual({ code: 0, out: 'dev\n', error: '' });
  });
});

describe('the log', { timeout: TIMEOUT_MS }, () => {
  it('has a time in each line', async () => {
    const { agent, time } = await startAgent();
    expect(time).toBe(new Date(time).toISOString());
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(TIMEOUT_MS);
    const exit = once(agent, 'exit');
    agent.kill();
    await exit;
  });
});

describe('signals', { timeout: TIMEOUT_MS }, () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s: goodbye, close 4201, exit 0 within 2 s', async (signal) => {
    const { agent, url } = await startAgent();
    const client = await SocketClient.connect(url, 'metrics-panel.v1');
    await client.next();
    const begunMs = performance.now();
    const exit = once(agent, 'exit');
    agent.kill(signal);
    expect(JSON.parse(await client.next())).toMatchObject({ type: 'goodbye', code: 4201 });
    expect((await client.closed)[0]).toBe(4201);
    expect(await exit).toEqual([0, null]);
    expect(performance.now() - begunMs).toBeLessThan(2000);
  });

  it('SIGTERM: exit 0 within 2 s although a client does not answer', async () => {
    const { agent, url } = await startAgent();
    const client = await SocketClient.connect(url);
    client.socket.pause();
    const begunMs = performance.now();
    const exit = once(agent, 'exit');
    agent.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(performance.now() - begunMs).toBeLessThan(2000);
    client.socket.terminate();
  });

  it.runIf(existsSync('/dev/full'))('runs and stops although its log cannot be written', async () => {
    const port = await freePort();
    const full = openSync('/dev/full', 'w');
    child = spawn(process.execPath, [...FROM_SOURCE, 'agent/main.ts', '--port', String(port)], {
      cwd: ROOT,
      env: { ...process.env, METRICS_PANEL_STATE: state },
      stdio: ['ignore', full, 'inherit'],
    });
    closeSync(full);
    const health = (host: string): Promise<number> =>
      new Promise((resolve) => {
        get({ port, host: '127.0.0.1', path: '/healthz', headers: { host }, agent: false }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        }).on('error', () => resolve(0));
      });
    await expect.poll(() => health(`127.0.0.1:${port}`), { timeout: 10_000 }).toBe(200);
    // Refused, which is logged.
    expect(await health('evil.example')).toBe(421);
    expect(await health(`127.0.0.1:${port}`)).toBe(200);
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('a second signal ends it at once', async () => {
    const { agent, url } = await startAgent();
    const client = await SocketClient.connect(url);
    client.socket.pause();
    const begunMs = performance.now();
    const exit = once(agent, 'exit');
    if (agent.stdout === null) throw new TypeError('the agent has no standard output');
    agent.kill('SIGTERM');
    await once(agent.stdout, 'data');
    agent.kill('SIGTERM');
    expect(await exit).toEqual([143, null]);
    expect(performance.now() - begunMs).toBeLessThan(900);
    client.socket.terminate();
  });
});
