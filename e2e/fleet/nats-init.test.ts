import { jetstream, jetstreamManager, type StreamAPI } from '@nats-io/jetstream';
import { connect, nkeyAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { execFileSync, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FROM_SOURCE, SOURCE_ENV } from '../../agent/testing/from-source.ts';
import { ended, type Ended } from '../../agent/testing/token-program.ts';
import { NatsServer, natsProgram, tellLogOfFailures, whetherNats } from './nats-server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HOUR_NS = 3600e9;

let folder: string;
let keys: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nats-init-'));
  keys = join(folder, 'keys');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function init(...args: readonly string[]): Promise<Ended> {
  return run('init', '--keys', keys, ...args);
}

function run(...args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, [...FROM_SOURCE, 'agent/main.ts', 'nats', ...args], {
    cwd: ROOT,
    env: { ...SOURCE_ENV, METRICS_PANEL_STATE: join(folder, 'state') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return ended(child);
}

/** Standard error, but for what is said of the version of nats-server. */
function told({ error }: Ended): string {
  return error.replace(/^The server is nats-server \S+, which works but lacks .*\n/, '');
}

describe.skipIf(natsProgram === undefined)(`nats init, with a nats-server${whetherNats}`, () => {
  let server: NatsServer | undefined;
  const connections: NatsConnection[] = [];

  const start = async (config?: string): Promise<NatsServer> => (server = await NatsServer.start(config));
  /** One with the configuration that is printed. */
  const startPrinted = async (...args: readonly string[]): Promise<NatsServer> => {
    const { out } = await init('--hosts', 'web-1', ...args);
    return start(out);
  };
  const streamsOf = async ({ url }: NatsServer): Promise<StreamAPI> => {
    const isOurs = readdirSync(folder).includes('keys');
    const connection = await connect({
      servers: url,
      ...(isOurs
        ? { authenticator: nkeyAuthenticator(readFileSync(join(keys, 'admin.nk')).subarray(0, 58)) }
        : {}),
    });
    connections.push(connection);
    const { streams } = await jetstreamManager(connection);
    return streams;
  };

  tellLogOfFailures(() => server);
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((one) => one.close()));
    await server?.end();
    server = undefined;
  });

  it('prints a configuration that is valid, the same each time, and holds no seed', async () => {
    const first = await init('--hosts', 'web-1,db-1', '--log-size', '2GB');
    expect(first.code).toBe(0);
    expect(first.error).toContain(
      `Start nats-server with it, or reload one that runs; if that has no streams yet, then run: npm start -- nats init --from nats://localhost:4222 --keys ${keys}\n`,
    );
    const file = join(folder, 'nats.conf');
    writeFileSync(file, first.out);
    const check = execFileSync(natsProgram ?? '', ['-t', '-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    expect(check.toString()).toBe('');
    for (const name of readdirSync(keys)) {
      const seed = readFileSync(join(keys, name), 'utf8').trim();
      expect(seed).toMatch(/^SU/);
      expect(first.out + first.error).not.toContain(seed);
      expect(first.error).toContain(`Made ${join(keys, name)}\n`);
    }
    const again = await init();
    expect(again.out).toBe(first.out);
    expect(again.error).not.toContain('Made');
    const other = join(folder, 'other.conf');
    const written = await init('--output', other);
    expect(written).toMatchObject({ out: '', error: expect.stringContaining(`Wrote ${other}\n`) });
    expect(readFileSync(other, 'utf8')).toBe(first.out);
  });

  it('makes streams once, finds them good then, and makes them again after the loss of the store', async () => {
    const running = await startPrinted();
    const made = await init('--from', running.url);
    expect(made).toMatchObject({ code: 0, out: '' });
    const created = 'METRICS_HOSTS: created, at most 250 MB\nMETRICS: created, at most 2 GB\n';
    expect(told(made)).toBe(created);
    const { config } = await (await streamsOf(running)).info('METRICS');
    expect(config).toMatchObject({
      subjects: ['metrics.*.log'],
      storage: 'file',
      retention: 'limits',
      discard: 'old',
      max_bytes: 2e9,
      max_age: HOUR_NS,
      max_msg_size: 512 * 1024,
      allow_direct: true,
      deny_delete: true,
      deny_purge: true,
    });
    const good = 'METRICS_HOSTS: as it should be, at most 250 MB\nMETRICS: as it should be, at most 2 GB\n';
    const again = await init('--from', running.url);
    expect({ code: again.code, told: told(again) }).toEqual({ code: 0, told: good });
    await running.stop();
    running.deleteStore();
    await running.start();
    expect(told(await init('--from', running.url))).toBe(created);
  });

  it('adds a host to a server that runs, and removes one, while the others stay connected', async () => {
    const running = await startPrinted();
    await init('--from', running.url);
    const seedOf = (name: string): Buffer => readFileSync(join(keys, `host-${name}.nk`)).subarray(0, 58);
    const as = async (name: string, seed = seedOf(name)): Promise<NatsConnection> => {
      const connection = await connect({
        servers: running.url,
        authenticator: nkeyAuthenticator(seed),
        inboxPrefix: `_INBOX.${name}`,
        reconnect: false,
      });
      connections.push(connection);
      return connection;
    };
    const web = await as('web-1');
    running.configure((await init('--hosts', 'db-1')).out);
    running.reload();
    await expect.poll(() => running.log).toContain('Reloaded server configuration');
    const db = await as('db-1');
    // Also across accounts.
    expect((await jetstream(db).publish('metrics.db-1.log', 'x')).seq).toBe(1);
    expect((await jetstream(web).publish('metrics.web-1.log', 'x')).seq).toBe(2);
    const removed = seedOf('db-1');
    rmSync(join(keys, 'host-db-1.nk'));
    running.configure((await init()).out);
    running.reload();
    await db.closed();
    await expect(as('db-1', removed)).rejects.toThrow('Authorization Violation');
    expect((await jetstream(web).publish('metrics.web-1.log', 'x')).seq).toBe(3);
  });

  it('keeps what was chosen of streams, and changes what must be otherwise', async () => {
    const running = await startPrinted();
    await init('--from', running.url);
    const streams = await streamsOf(running);
    await streams.update('METRICS', { max_age: 3 * HOUR_NS, max_bytes: 300e6 });
    expect(told(await init('--from', running.url))).toContain('METRICS: as it should be, at most 300 MB\n');
    await streams.update('METRICS', { max_age: HOUR_NS / 12, max_bytes: -1, subjects: ['metrics.x.log'] });
    expect(told(await init('--from', running.url))).toContain(
      'METRICS: changed subjects from ["metrics.x.log"] to ["metrics.*.log"], max_bytes from unlimited to 2 GB, max_age from 5 min to 1 h\n',
    );
    expect((await streams.info('METRICS')).config).toMatchObject({ max_bytes: 2e9, max_age: HOUR_NS });
    expect(told(await init('--from', running.url, '--log-size', '100MB', '--log-age', '90m'))).toContain(
      'METRICS: changed max_bytes from 2 GB to 100 MB, max_age from 1 h to 90 min\n',
    );
  });

  it('says what cannot be changed, and changes the rest', async () => {
    const running = await start();
    const streams = await streamsOf(running);
    await streams.add({
      name: 'METRICS',
      subjects: ['metrics.*.log'],
      storage: 'memory',
      max_bytes: 30e6,
      max_age: HOUR_NS,
      max_msg_size: 512 * 1024,
      allow_direct: true,
    });
    const result = await init('--from', running.url);
    expect(result.code).toBe(1);
    expect(told(result)).toContain(
      [
        'METRICS: changed deny_delete from false to true, deny_purge from false to true',
        'METRICS: cannot change storage from "memory" to "file": delete the stream and run this again, agents fill it from their memory\n',
      ].join('\n'),
    );
  });

  it('takes less where the server has room for less, unless a size was asked for', async () => {
    const running = await start('jetstream { max_mem: 1MB, max_file: 900MB }');
    const asked = await init('--from', running.url, '--log-size', '3GB');
    expect(asked.code).toBe(2);
    expect(told(asked)).toContain(
      'metrics-panel: The server has no room for 3 GB of METRICS: raise max_file of jetstream in its configuration, or give a smaller --log-size.\n',
    );
    expect(told(await init('--from', running.url))).toContain('METRICS: created, at most 500 MB\n');
  });

  it('tells of another stream that takes the subjects', async () => {
    const running = await start();
    await (await streamsOf(running)).add({ name: 'ALL', subjects: ['metrics.>'] });
    const result = await init('--from', running.url);
    expect({ code: result.code, told: told(result) }).toEqual({
      code: 2,
      told: 'metrics-panel: Another stream takes subjects of METRICS_HOSTS: delete it, or take them from it, and run this again.\n',
    });
  });

  it('tells of credentials that do not do', async () => {
    const running = await startPrinted();
    const as = async (file: string): Promise<string> => {
      const result = await init('--from', running.url, '--nats-credentials', file);
      expect(result.code).toBe(2);
      return told(result);
    };
    const mayNot =
      'metrics-panel: This user may not make streams: name the credentials of the admin with --nats-credentials.\n';
    expect(await as(join(keys, 'gateway.nk'))).toBe(mayNot);
    expect(await as(join(keys, 'host-web-1.nk'))).toBe(mayNot);
    const others = join(folder, 'others');
    // The last one counts.
    await init('--hosts', 'web-1', '--keys', others);
    expect(await as(join(others, 'admin.nk'))).toBe(
      `metrics-panel: The server refuses the credentials in ${join(others, 'admin.nk')}: name those of its admin with --nats-credentials.\n`,
    );
    expect(await as(join(folder, 'none'))).toMatch(
      /^metrics-panel: \S+none does not exist: name another file, or put the credentials there\.\n$/,
    );
    rmSync(keys, { recursive: true });
    expect(told(await init('--from', running.url))).toBe(
      `metrics-panel: The server wants credentials, and admin.nk is not in the folder ${keys}: name the folder of its keys with --keys.\n`,
    );
  });

  it('says that JetStream is off', async () => {
    const running = await start('');
    const result = await init('--from', running.url);
    expect({ code: result.code, told: told(result) }).toEqual({
      code: 2,
      told: expect.stringMatching(/^metrics-panel: JetStream is off for this user: [^\n]+\n$/),
    });
  });
});

describe('nats init, without one', () => {
  let fake: Server | undefined;

  afterEach(() => fake?.close());

  /** The port of a server that is one of NATS as far as its greeting. */
  async function serverOfVersion(version: string): Promise<number> {
    fake = createServer((socket) => {
      socket.on('error', () => {});
      socket.write(
        `INFO ${JSON.stringify({ server_id: 'x', version, proto: 1, headers: true, max_payload: 1e6 })}\r\n`,
      );
      socket.on('data', (chunk) => {
        if (chunk.toString().includes('PING\r\n')) socket.write('PONG\r\n');
      });
    }).listen(0, '127.0.0.1');
    await once(fake, 'listening');
    return (fake.address() as { port: number }).port;
  }

  it('refuses a nats-server before 2.9', async () => {
    const port = await serverOfVersion('2.8.4');
    expect(await init('--from', `nats://127.0.0.1:${port}`)).toEqual({
      code: 2,
      out: '',
      error:
        'metrics-panel: The server is nats-server 2.8.4: 2.9 or newer is needed, 2.12.12 or 2.14.3 recommended.\n',
    });
  });

  it('says that there is no server', async () => {
    const port = await serverOfVersion('2.9.10');
    fake?.close();
    expect(await init('--from', `nats://127.0.0.1:${port}`)).toEqual({
      code: 2,
      out: '',
      error: `metrics-panel: The server cannot be reached at nats://127.0.0.1:${port} (ECONNREFUSED): start it, or correct --from.\n`,
    });
  });

  it.each([
    [[], /^metrics-panel: Give --hosts with the names of hosts, .*, or --from with a server, .*\.\n$/],
    [['--hosts', 'web.1'], /Give up to 64 letters, digits, _ and -, such as web-1\.\n$/],
    [['--hosts', 'a', '--server-cert', 'cert.pem'], /--server-cert and --server-key belong together/],
    [['--hosts', 'a', '--output', '/proc/nats.conf'], /\/proc\/nats\.conf cannot be written \(ENOENT\)/],
    [['--from', 'nats://me:hunter2@broker'], /holds a user name or password/],
    [['--from', 'nats://broker', '--log-age', '5m'], /Give 15m or more/],
    [['--from', 'http://broker'], /--from.*is not an address of nats:\/\/ or tls:\/\//],
  ])('refuses %j in a sentence', async (args, sentence) => {
    const { code, out, error } = await init(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toMatch(sentence);
    expect(error).not.toContain('hunter2');
  });
});

describe('nats name', () => {
  it('prints the name of this host in subjects, the same each time', async () => {
    const first = await run('name');
    expect(first).toEqual({ code: 0, out: expect.stringMatching(/^[\da-f]{32}\n$/), error: '' });
    expect(await run('name')).toEqual(first);
  });
});
