import { randomBytes } from 'node:crypto';
import os from 'node:os';
import type { IClientOptions, MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { readSecretFile } from '../../outbound/secret-file.ts';
import type { Exporter } from '../exporter.ts';
import { stableId } from '../host-identity.ts';
import type { Reading } from '../reading.ts';
import { MqttDevice } from './device.ts';
import { limitIncoming } from './limit-incoming.ts';

export interface MqttSettings {
  /** One of mqtt, mqtts, ws and wss, perhaps with a user name. */
  readonly url: string;
  readonly passwordFile: string | null;
}

export interface MqttExporterOptions {
  readonly settings: MqttSettings;
  readonly clock: Clock;
  readonly log: Logger;
  /** Of the library, which is loaded only when it is needed. */
  readonly connect: (url: string, options: IClientOptions) => MqttClient;
}

const RECONNECT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_S = 30;
const STOP_MS = 800;
/** Home Assistant says here that it has started. */
const HOME_ASSISTANT_STATUS = 'homeassistant/status';
const ONLINE = 'online';
const OFFLINE = 'offline';

/** @throws OutboundError if the file with the password cannot be read */
export async function startMqtt(options: MqttExporterOptions): Promise<Exporter> {
  const { passwordFile } = options.settings;
  const password = passwordFile === null ? null : await readSecretFile(passwordFile);
  return new MqttExporter(options, password);
}

/**
 * Publishes hosts as devices of Home Assistant. Only what is newest counts there, so nothing waits for a broker that is away: at most one push is on its
 * way. The library connects again by itself.
 */
class MqttExporter implements Exporter {
  readonly #options: MqttExporterOptions;
  readonly #client: MqttClient;
  readonly #devices = new Map<string, MqttDevice>();
  readonly #broker: string;
  readonly #availabilityTopic = `metrics-panel/${stableId(os.hostname()).slice(0, 12)}/availability`;
  /** Whether the broker knows that this agent is there, and what it has retained has come. */
  #isReady = false;
  #isPublishing = false;
  /** Published once the broker is there. */
  #newest: Reading | null = null;
  #isFailing = false;
  #isStopped = false;

  constructor(options: MqttExporterOptions, password: string | null) {
    this.#options = options;
    const url = new URL(options.settings.url);
    this.#broker = url.host;
    const username = decodeURIComponent(url.username);
    url.username = '';
    this.#client = options.connect(url.href, {
      // Two clients of one id would throw each other out in turn.
      clientId: `metrics-panel-${randomBytes(4).toString('hex')}`,
      ...(username === '' ? {} : { username }),
      ...(password === null ? {} : { password }),
      will: { topic: this.#availabilityTopic, payload: Buffer.from(OFFLINE), qos: 1, retain: true },
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: RECONNECT_MS,
      // A wrong password can be changed.
      reconnectOnConnackError: true,
      resubscribe: false,
      queueQoSZero: false,
    });
    limitIncoming(this.#client);
    this.#client.on('connect', () => this.#greet());
    this.#client.on('message', (topic, payload, { retain }) => this.#hear(topic, payload, retain));
    this.#client.on('error', (error) => this.#fail(this.#reasonOf(error)));
    this.#client.on('close', () => this.#closed());
  }

  push(reading: Reading): void {
    this.#newest = reading;
    const device = this.#deviceOf(reading.host.id);
    if (!this.#isReady || this.#isPublishing || this.#isStopped) return;
    const { clock } = this.#options;
    this.#isPublishing = true;
    void this.#publishAll(device.publications(reading, clock.now())).finally(
      () => (this.#isPublishing = false),
    );
  }

  visit(): void {
    // The library connects again by itself.
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const { clock } = this.#options;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        cancel();
        this.#client.end(true, () => resolve());
      };
      const cancel = clock.schedule(end, STOP_MS);
      if (!this.#client.connected) end();
      else this.#client.publish(this.#availabilityTopic, OFFLINE, { qos: 1, retain: true }, end);
    });
  }

  #deviceOf(hostId: string): MqttDevice {
    const known = this.#devices.get(hostId);
    if (known !== undefined) return known;
    const device = new MqttDevice(hostId, this.#availabilityTopic);
    this.#devices.set(hostId, device);
    if (this.#client.connected) this.#greet();
    return device;
  }

  /** Says that the agent is there, and asks for what the broker has retained of its devices. */
  #greet(): void {
    this.#isReady = false;
    const topics = [...this.#devices.values()].map((device) => {
      device.introduceAgain();
      return device.configTopic;
    });
    // The broker answers in this order: what it has retained is here before the answer to the last one.
    this.#client.subscribe([HOME_ASSISTANT_STATUS, this.#availabilityTopic, ...topics], { qos: 0 });
    this.#client.publish(this.#availabilityTopic, ONLINE, { qos: 1, retain: true }, (error) => {
      if (error) return;
      this.#isReady = true;
      if (this.#isFailing) this.#options.log.info(`MQTT: ${this.#broker} takes values again`);
      this.#isFailing = false;
      if (this.#newest !== null) this.push(this.#newest);
    });
  }

  #hear(topic: string, payload: Buffer, isRetained: boolean): void {
    const devices = [...this.#devices.values()];
    if (topic === HOME_ASSISTANT_STATUS && String(payload) === ONLINE)
      for (const device of devices) device.introduceAgain();
    // The last will of a connection that the broker gives up only now, or of another agent on this host.
    if (topic === this.#availabilityTopic && String(payload) === OFFLINE && this.#isReady && !this.#isStopped)
      this.#client.publish(topic, ONLINE, { qos: 1, retain: true });
    const own = isRetained ? devices.find(({ configTopic }) => configTopic === topic) : undefined;
    own?.learn(String(payload));
  }

  async #publishAll(publications: ReturnType<MqttDevice['publications']>): Promise<void> {
    for (const { topic, text, retain } of publications) {
      const error = await new Promise<unknown>((resolve) => {
        this.#client.publish(topic, text, { qos: 1, retain }, resolve);
      });
      // What the broker has is not known: with the next connection everything is published anew.
      if (error !== undefined && error !== null) return;
    }
  }

  #closed(): void {
    this.#isReady = false;
    if (this.#isStopped) return;
    this.#fail(`the connection to ${this.#broker} was lost`);
    const { passwordFile } = this.#options.settings;
    if (passwordFile === null) return;
    readSecretFile(passwordFile).then(
      (password) => (this.#client.options.password = password),
      // The one before may still do.
      () => {},
    );
  }

  #fail(reason: string): void {
    if (this.#isFailing || this.#isStopped) return;
    this.#isFailing = true;
    this.#options.log.warn(`MQTT: ${reason}; nothing is published until it is there again`);
  }

  /** Without what the library says: that may be a stranger's text. */
  #reasonOf(error: object): string {
    const code = 'code' in error ? error.code : undefined;
    if (code === 4 || code === 5)
      return `${this.#broker} refuses the user or the password: give them with mqtt://USER@... and --mqtt-password`;
    return typeof code === 'string'
      ? `${this.#broker} could not be reached: ${code}`
      : `${this.#broker} could not be connected to`;
  }
}
