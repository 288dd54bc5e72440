import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
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

describe.skipIf(isMissing)(`an MQTT broker${whetherInstalled(...PROGRAMS)}`, () => {
  let folder: string;
  let port: number;
  let tlsPort: number;
  let broker: ServerProgram;
  let agent: AgentProcess | undefined;
  let watcher: MqttClient;
  /** The last message of each topic, and how many came. */
  const seen = new Map<string, { text: string; count: number; isRetained: boolean }>();

  const startBroker = (): Promise<ServerProgram> =>
    startServer(installedProgram('mosquitto') ?? '', ['-c', join(folder, 'mosquitto.conf')], port);

  const startPublishing = async (url = `mqtt://panel@127.0.0.1:${port}`, env = {}): Promise<AgentProcess> => {
    agent = await startAgent({
      args: ['--mqtt', url, '--mqtt-password', join(folder, 'password'), '--push-interval', '1'],
      env,
    });
    return agent;
  };

  const configTopic = (): string => [...seen.keys()].find((topic) => topic.endsWith('/config')) ?? '';
  const textOf = (topic: string): string => seen.get(topic)?.text ?? '';
  const device = (): Device => JSON.parse(textOf(configTopic())) as Device;
  const state = (): Record<string, number> =>
    JSON.parse(textOf(device().stat_t) || '{}') as Record<string, number>;
  const hasState = (): boolean => configTopic() !== '' && textOf(device().stat_t) !== '';

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'metrics-panel-'));
    // Mosquitto gives up root's rights.
    chmodSync(folder, 0o755);
    port = await lastingPort('agent');
    tlsPort = await lastingPort('agent');
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
    broker = await startBroker();
    watcher = await connectAsync(`mqtt://127.0.0.1:${port}`, {
      username: 'panel',
      password: 'hunter2',
      reconnectPeriod: 100,
    });
    watcher.on('message', (topic, payload, { retain }) => {
      // What is cleared after a test.
      if (payload.length === 0) return;
      const count = (seen.get(topic)?.count ?? 0) + 1;
      seen.set(topic, { text: payload.toString(), count, isRetained: retain });
    });
    await watcher.subscribeAsync('#');
  });
  afterEach(async () => {
    await agent?.kill();
    for (const topic of seen.keys()) await watcher.publishAsync(topic, '', { retain: true });
    seen.clear();
  });
  afterAll(async () => {
    await watcher.endAsync(true);
    await broker.stop();
    rmSync(folder, { recursive: true });
  });

  it('gets a device with a few sensors, its state each interval, and whether it is there', async () => {
    const { kill, log } = await startPublishing();
    await expect.poll(hasState).toBe(true);
    const { cmps, avty_t: availability, stat_t: topic } = device();
    expect(cmps['cpu']).toMatchObject({ p: 'sensor', unit_of_meas: '%', stat_cla: 'measurement' });
    expect(cmps['network_all_receive']).toMatchObject({ dev_cla: 'data_rate', unit_of_meas: 'B/s' });
    expect(cmps['memory_available']).toMatchObject({ dev_cla: 'data_size', unit_of_meas: 'B' });
    expect(Object.keys(cmps).length).toBeLessThan(60);
    const ids = Object.values(cmps).map((component) => component['uniq_id']);
    expect(new Set(ids).size).toBe(ids.length);
    for (const component of Object.values(cmps)) {
      const key = /value_json\['([^']+)'\]/.exec(component['val_tpl'] ?? '')?.[1] ?? '';
      expect(Object.keys(state()), component['name']).toContain(key);
    }
    expect(textOf(availability)).toBe('online');
    const { count = 0 } = seen.get(topic) ?? {};
    await expect.poll(() => seen.get(topic)?.count).toBeGreaterThan(count + 1);
    // Once, since nothing of it changes.
    expect(seen.get(configTopic())?.count).toBe(1);
    await kill();
    await expect.poll(() => textOf(availability)).toBe('offline');
    expect(linesOf(log, 'MQTT')).toEqual([]);
  });

  it('says itself that the agent is gone when it was killed', async () => {
    const { kill } = await startPublishing();
    await expect.poll(hasState).toBe(true);
    const { avty_t: availability } = device();
    expect(textOf(availability)).toBe('online');
    await kill('SIGKILL');
    await expect.poll(() => textOf(availability)).toBe('offline');
  });

  it('is told again that the agent is there, when the end of an earlier connection is noticed late', async () => {
    await startPublishing();
    await expect.poll(hasState).toBe(true);
    const { avty_t: availability } = device();
    const { count = 0 } = seen.get(availability) ?? {};
    await watcher.publishAsync(availability, 'offline', { retain: true, qos: 1 });
    await expect.poll(() => seen.get(availability)?.count).toBe(count + 2);
    expect(textOf(availability)).toBe('online');
  });

  it('gets the description again when Home Assistant has started', async () => {
    await startPublishing();
    await expect.poll(hasState).toBe(true);
    expect(seen.get(configTopic())?.count).toBe(1);
    await watcher.publishAsync('homeassistant/status', 'online');
    await expect.poll(() => seen.get(configTopic())?.count).toBe(2);
  });

  it('keeps what an earlier run described, and the same ids', async () => {
    const { kill } = await startPublishing();
    await expect.poll(hasState).toBe(true);
    const first = device();
    await kill();
    const gone = { p: 'sensor', name: 'USB used', uniq_id: 'usb', val_tpl: '{{ 1 }}' };
    const topic = configTopic();
    const withGone = JSON.stringify({ ...first, cmps: { ...first.cmps, filesystem_usb_used: gone } });
    await watcher.publishAsync(topic, withGone, { retain: true, qos: 1 });
    const { count = 0 } = seen.get(first.stat_t) ?? {};
    await startPublishing();
    await expect.poll(() => seen.get(first.stat_t)?.count).toBeGreaterThan(count);
    // It is removed when it was gone for ten minutes.
    expect(device().cmps['filesystem_usb_used']).toEqual(gone);
    expect(Object.keys(device().cmps)).toEqual(expect.arrayContaining(Object.keys(first.cmps)));
    expect(configTopic()).toBe(topic);
  });

  it('that was away gets everything again, and the log has a line for each', async () => {
    const { log } = await startPublishing();
    await expect.poll(hasState).toBe(true);
    await broker.stop();
    await expect.poll(() => linesOf(log, 'MQTT')).toHaveLength(1);
    seen.clear();
    broker = await startBroker();
    await expect.poll(hasState).toBe(true);
    expect(textOf(device().avty_t)).toBe('online');
    expect(linesOf(log, 'MQTT')).toEqual([
      `MQTT: the connection to 127.0.0.1:${port} was lost; nothing is published until it is there again`,
      `MQTT: 127.0.0.1:${port} takes values again`,
    ]);
  });

  it('is trusted over TLS only with a certificate that the agent trusts', async () => {
    const url = `mqtts://panel@127.0.0.1:${tlsPort}`;
    const { log, kill } = await startPublishing(url);
    await expect
      .poll(() => linesOf(log, 'MQTT'))
      .toEqual([expect.stringMatching(/could not be reached: \w*SELF_SIGNED\w*; nothing is published/)]);
    await kill();
    await startPublishing(url, { NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') });
    await expect.poll(hasState).toBe(true);
  });

  it('that refuses the password is told of without it, and asked again with another', async () => {
    writeFileSync(join(folder, 'password'), 'wrong-hunter\n');
    const { log } = await startPublishing();
    await expect
      .poll(() => linesOf(log, 'MQTT'))
      .toEqual([expect.stringContaining(`127.0.0.1:${port} refuses the user or the password`)]);
    writeFileSync(join(folder, 'password'), 'hunter2\n');
    await expect.poll(hasState, { timeout: 40_000 }).toBe(true);
    expect(JSON.stringify(log)).not.toContain('hunter');
  });
});
