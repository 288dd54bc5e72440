import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { describe, it, type TestContext } from 'vitest';
import { selfSigned } from '../../agent/testing/self-signed.ts';
import { startAgent, type AgentProcess } from '../agent-process.ts';
import { installedProgram, whetherInstalled } from '../installed-program.ts';
import { lastingPort } from '../lasting-port.ts';
import { linesOf, startServer, type ServerProgram } from './server-program.ts';

const PROGRAMS = ['mosquitto', 'mosquitto_passwd'] as const;
const isMissing = PROGRAMS.some((name) => installedProgram(name) === undefined);

interface Device {
  readonly dev: { readonly name: string };
  readonly stat_t: string;
  readonly avty_t: string;
  readonly cmps: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A broker for whoever has the password, agents that publish to it, and somebody who sees everything; all end with the test. */
class World {
  readonly folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
  readonly port: number;
  readonly tlsPort: number;
  /** The last message of each topic, and how many came. */
  readonly seen = new Map<string, { text: string; count: number; isRetained: boolean }>();
  readonly #agents: AgentProcess[] = [];
  #broker: ServerProgram | undefined;
  #watcher: MqttClient | undefined;

  static async make({ onTestFinished }: TestContext): Promise<World> {
    const world = new World(await lastingPort('agent'), await lastingPort('agent'));
    onTestFinished(() => world.#end());
    world.#writeFiles();
    await world.startBroker();
    await world.#watch();
    return world;
  }

  private constructor(port: number, tlsPort: number) {
    this.port = port;
    this.tlsPort = tlsPort;
  }

  get watcher(): MqttClient {
    if (this.#watcher === undefined) throw new Error('nobody watches');
    return this.#watcher;
  }

  async startBroker(): Promise<void> {
    const args = ['-c', join(this.folder, 'mosquitto.conf')];
    this.#broker = await startServer(installedProgram('mosquitto') ?? '', args, this.port);
  }

  async stopBroker(): Promise<void> {
    await this.#broker?.stop();
    this.#broker = undefined;
  }

  async startPublishing(url = `mqtt://panel@127.0.0.1:${this.port}`, env = {}): Promise<AgentProcess> {
    const agent = await startAgent({
      args: ['--mqtt', url, '--mqtt-password', join(this.folder, 'password'), '--push-interval', '1'],
      env,
    });
    this.#agents.push(agent);
    return agent;
  }

  readonly configTopic = (): string => [...this.seen.keys()].find((topic) => topic.endsWith('/config')) ?? '';
  readonly textOf = (topic: string): string => this.seen.get(topic)?.text ?? '';
  readonly device = (): Device => JSON.parse(this.textOf(this.configTopic())) as Device;
  readonly state = (): Record<string, number> =>
    JSON.parse(this.textOf(this.device().stat_t) || '{}') as Record<string, number>;
  readonly hasState = (): boolean => this.configTopic() !== '' && this.textOf(this.device().stat_t) !== '';

  #writeFiles(): void {
    const { folder, port, tlsPort } = this;
    // Mosquitto gives up root's rights.
    chmodSync(folder, 0o755);
    const { cert, key } = selfSigned('broker');
    writeFileSync(join(folder, 'cert.pem'), cert);
    writeFileSync(join(folder, 'key.pem'), key);
    writeFileSync(join(folder, 'password'), 'hunter2\n');
    execFileSync(installedProgram('mosquitto_passwd') ?? '', [
      '-b',
      '-c',
      join(folder, 'users'),
      'panel',
      'hunter2',
    ]);
    chmodSync(join(folder, 'users'), 0o644);
    writeFileSync(
      join(folder, 'mosquitto.conf'),
      [
        'allow_anonymous false',
        `password_file ${folder}/users`,
        `listener ${port} 127.0.0.1`,
        `listener ${tlsPort} 127.0.0.1`,
        `certfile ${folder}/cert.pem`,
        `keyfile ${folder}/key.pem`,
      ].join('\n'),
    );
  }

  async #watch(): Promise<void> {
    this.#watcher = await connectAsync(`mqtt://127.0.0.1:${this.port}`, {
      username: 'panel',
      password: 'hunter2',
      reconnectPeriod: 100,
    });
    this.#watcher.on('message', (topic, payload, { retain }) => {
      const count = (this.seen.get(topic)?.count ?? 0) + 1;
      this.seen.set(topic, { text: payload.toString(), count, isRetained: retain });
    });
    await this.#watcher.subscribeAsync('#');
  }

  async #end(): Promise<void> {
    await Promise.all(this.#agents.map(({ kill }) => kill()));
    await this.#watcher?.endAsync(true);
    await this.stopBroker();
    rmSync(this.folder, { recursive: true });
  }
}

describe.skipIf(isMissing).concurrent(`an MQTT broker${whetherInstalled(...PROGRAMS)}`, () => {
  it('gets a device with a few sensors, its state each interval, and whether it is there', async (context) => {
    const { expect } = context;
    const world = await World.make(context);
    const { kill, log } = await world.startPublishing();
    await expect.poll(world.hasState).toBe(true);
    const { cmps, avty_t: availability, stat_t: topic } = world.device();
    expect(cmps['cpu']).toMatchObject({ p: 'sensor', unit_of_meas: '%', stat_cla: 'measurement' });
    expect(cmps['network_all_receive']).toMatchObject({ dev_cla: 'data_rate', unit_of_meas: 'B/s' });
    expect(cmps['memory_available']).toMatchObject({ dev_cla: 'data_size', unit_of_meas: 'B' });
    expect(Object.keys(cmps).length).toBeLessThan(60);
    const ids = Object.values(cmps).map((component) => component['uniq_id']);
    expect(new Set(ids).size).toBe(ids.length);
    for (const component of Object.values(cmps)) {
      const key = /value_json\['([^']+)'\]/.exec(component['val_tpl'] ?? '')?.[1] ?? '';
      expect(Object.keys(world.state()), component['name']).toContain(key);
    }
    expect(world.textOf(availability)).toBe('online');
    const { count = 0 } = world.seen.get(topic) ?? {};
    await expect.poll(() => world.seen.get(topic)?.count).toBeGreaterThan(count + 1);
    // Once, since nothing of it changes.
    expect(world.seen.get(world.configTopic())?.count).toBe(1);
    await kill();
    await expect.poll(() => world.textOf(availability)).toBe('offline');
    expect(linesOf(log, 'MQTT')).toEqual([]);
  });

  it('says itself that the agent is gone when it was killed', async (context) => {
    const { expect } = context;
    const world = await World.make(context);
    const { kill } = await world.startPublishing();
    await expect.poll(world.hasState).toBe(true);
    const { avty_t: availability } = world.device();
    expect(world.textOf(availability)).toBe('online');
    await kill('SIGKILL');
    await expect.poll(() => world.textOf(availability)).toBe('offline');
  });

  it('is told again that the agent is there, when the end of an earlier connection is noticed late', async (context) => {
    const { expect } = context;
    const world = await World.make(context);
    await world.startPublishing();
    await expect.poll(world.hasState).toBe(true);
    const { avty_t: availability } = world.device();
    const { count = 0 } = world.seen.get(availability) ?? {};
    await world.watcher.publishAsync(availability, 'offline', { retain: true, qos: 1 });
    await expect.poll(() => world.seen.get(availability)?.count).toBe(count + 2);
    expect(world.textOf(availability)).toBe('online');
  });

  it('gets the description again when Home Assistant has started', async (context) => {
    const { expect } = context;
    const world = await World.make(context);
    await world.startPublishing();
    await expect.poll(world.hasState).toBe(true);
    expect(world.seen.get(world.configTopic())?.count).toBe(1);
    await world.watcher.publishAsync('homeassistant/status', 'online');
    await expect.poll(() => world.seen.get(world.configTopic())?.count).toBe(2);
  });

  it('keeps what an earlier run described, and the same ids', async (context) => {
    const { expect } = context;
    const world = await World.make(context);
    const { kill } = await world.startPublishing();
    await expect.poll(world.hasState).toBe(true);
    const first = world.device();
    await kill();
    const gone = { p: 'sensor', name: 'USB used', uniq_id: 'usb', val_tpl: '{{ 1 }}' };
    const topic = world.configTopic();
    const withGone = JSON.stringify({ ...first, cmps: { ...first.cmps, filesystem_usb_used: gone } });
    await world.watcher.publishAsync(topic, withGone, { retain: true, qos: 1 });
    const { count = 0 } = world.seen.get(first.stat_t) ?? {};
    await world.startPublishing();
    await expect.poll(() => world.seen.get(first.stat_t)?.count).toBeGreaterThan(count);
    // It is removed when it was gone for ten minutes.
    expect(world.device().cmps['filesystem_usb_used']).toEqual(gone);
    expect(Object.keys(world.device().cmps)).toEqual(expect.arrayContaining(Object.keys(first.cmps)));
    expect(world.configTopic()).toBe(topic);
  });

  it('that was away gets everything again, and the log has a line for each', async (context) => {
    const { expect } = context;
    const world = await World.make(context);
    const { log } = await world.startPublishing();
    await expect.poll(world.hasState).toBe(true);
    await world.stopBroker();
    await expect.poll(() => linesOf(log, 'MQTT')).toHaveLength(1);
    world.seen.clear();
    await world.startBroker();
    await expect.poll(world.hasState).toBe(true);
    expect(world.textOf(world.device().avty_t)).toBe('online');
    const broker = `127.0.0.1:${world.port}`;
    // The latter if the broker ended with something unread.
    const ends = [`the connection to ${broker} was lost`, `${broker} could not be reached: ECONNRESET`];
    const [told, ...others] = linesOf(log, 'MQTT');
    expect(ends.map((end) => `MQTT: ${end}; nothing is published until it is there again`)).toContain(told);
    expect(others).toEqual([`MQTT: ${broker} takes values again`]);
  });

  it('is trusted over TLS only with a certificate that the agent trusts', async (context) => {
    const { expect } = context;
    const world = await World.make(context);
    const url = `mqtts://panel@127.0.0.1:${world.tlsPort}`;
    const { log, kill } = await world.startPublishing(url);
    await expect
      .poll(() => linesOf(log, 'MQTT'))
      .toEqual([expect.stringMatching(/could not be reached: \w*SELF_SIGNED\w*; nothing is published/)]);
    await kill();
    await world.startPublishing(url, { NODE_EXTRA_CA_CERTS: join(world.folder, 'cert.pem') });
    await expect.poll(world.hasState).toBe(true);
  });

  it('that refuses the password is told of without it, and asked again with another', async (context) => {
    const { expect } = context;
    const world = await World.make(context);
    writeFileSync(join(world.folder, 'password'), 'wrong-hunter\n');
    const { log } = await world.startPublishing();
    await expect
      .poll(() => linesOf(log, 'MQTT'))
      .toEqual([expect.stringContaining(`127.0.0.1:${world.port} refuses the user or the password`)]);
    writeFileSync(join(world.folder, 'password'), 'hunter2\n');
    await expect.poll(world.hasState, { timeout: 40_000 }).toBe(true);
    expect(JSON.stringify(log)).not.toContain('hunter');
  });
});
